#pragma once
// How much may be spoken of in a table that is read from a file, or in a budget: more than any model has, and
// little enough for a hostile file.
#include <cstddef>
#include <cstdint>

namespace scalekv {

inline constexpr std::size_t kMostScales = 100;
inline constexpr std::size_t kMostHeads = 10000; // of a layer
inline constexpr std::size_t kMostLayers = 10000;
inline constexpr std::int64_t kMostTokens = 1'000'000'000;

} // namespace scalekv
