#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace scalekv {

/// All bytes of a file. Throws Error where it cannot be read, or holds more than `most`.
std::string fileText(const std::filesystem::path& file, std::uint64_t most = std::uint64_t(1) << 30);

} // namespace scalekv
