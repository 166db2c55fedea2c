#pragma once

#include <filesystem>
#include <string>

namespace scalekv {

/// Writes a file whole or not at all: to a temporary name beside it, then renamed. Throws Error that names
/// it.
void writeTextFile(const std::filesystem::path& path, const std::string& text);

} // namespace scalekv
