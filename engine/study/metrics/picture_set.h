#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace scalekv {

/// The pictures at the top level of a folder, by their names without ending ("0007"), so that the generated
/// 0007.png finds the real 0007.jpg. Throws Error where the folder cannot be listed, holds no picture, or two
/// with one name.
std::map<std::string, std::filesystem::path> picturesIn(const std::filesystem::path& folder);

} // namespace scalekv
