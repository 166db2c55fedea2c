#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scalekv {

/// "a-red-apple-on-a-blue-background-42": what the files of a picture are called, without ending. Letters and
/// digits of every script stay; all else becomes a dash. `number` goes in front where many pictures are made
/// ("007-a-red…").
std::string fileStem(std::string_view prompt, std::uint64_t seed, std::optional<int> number = {});

/// The same of a text alone, as a title.
std::string titleStem(std::string_view title);

} // namespace scalekv
