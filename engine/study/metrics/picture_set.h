#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace scalekv {

/// The pictures at the top level of a folder, by their names without ending ("0007"), so that the generated
/// 0007.png finds the real 0007.jpg. Throws Error where the folder cannot be listed, holds no picture, or two
/// with one name.
std::map<std::string, std::filesystem::path> picturesIn(const std::filesystem::path& folder);

/// The pictures of a folder under the names that those of another have at the same places. Throws Error where
/// there are not as many.
std::map<std::string, std::filesystem::path>
namedAs(const std::map<std::string, std::filesystem::path>& names,
        const std::map<std::string, std::filesystem::path>& pictures,
        const std::filesystem::path& namesFolder, const std::filesystem::path& folder);

/// "results/a" of "/home/me/results/a/": enough to know it again, fit to be printed.
std::string folderTitle(const std::filesystem::path& folder);

} // namespace scalekv
