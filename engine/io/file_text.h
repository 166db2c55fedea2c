#pragma once

#include <filesystem>
#include <string>

namespace scalekv {

/// All bytes of a file. Throws Error where it cannot be read, or holds more than 1 GiB, which none of ours
/// does.
std::string fileText(const std::filesystem::path& file);

} // namespace scalekv
