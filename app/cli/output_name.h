#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace scalekv::cli {

/// "a-red-apple-on-a-blue-background-42": what the files of a picture are called, without ending. `number`
/// goes in front where many pictures are made ("007-a-red…").
std::string fileStem(const std::string& prompt, std::uint64_t seed, std::optional<int> number = {});

/// `path`, or the first of "name-2.png", "name-3.png", … that does not exist yet.
std::filesystem::path unusedName(const std::filesystem::path& path);

} // namespace scalekv::cli
