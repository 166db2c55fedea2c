#pragma once

#include <filesystem>

namespace scalekv::cli {

/// The name of a picture that the user named: with ".png" behind it, unless it has that, or is a pipe, a
/// device or a folder. So "fox" is "fox.png", as in the window. Throws
/// CLI::ValidationError for the ending of another picture format: only PNGs are written.
std::filesystem::path pictureFile(const std::filesystem::path& given);

/// Where a picture is to be written, checked before minutes of work rather than after. Throws Error where
/// that cannot be: no such folder, a folder of this name, and, unless `force`, a file that is there already.
void checkPictureFile(const std::filesystem::path& file, bool force);

/// Neither a pipe or device, nor one of the names that /dev has for this program's own output, whatever that
/// leads to.
bool isOrdinaryFile(const std::filesystem::path& file);

/// `path`, or the first of "name-2.png", "name-3.png", … that does not exist yet.
std::filesystem::path unusedName(const std::filesystem::path& path);

} // namespace scalekv::cli
