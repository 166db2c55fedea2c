#pragma once

#include <filesystem>

namespace scalekv {

/// Gives a file another name on the same disk; what has that name already stays. False where it cannot:
/// errno says why, EEXIST if something has the name.
bool renameToFree(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace scalekv
