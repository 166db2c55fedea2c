#pragma once

#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <vector>

namespace scalekv {

/// `count` tokens of a map (all of them for 0, or where it has no more), ascending. Spread evenly over rows
/// and columns by a golden-ratio lattice: the i-th lies in the i-th of `count` equal bands of rows, and any
/// few neighbours are far apart in their columns. Always the same, so that layers, heads and prompts are
/// compared at the same places.
std::vector<std::int64_t> sampleQueries(MapSize map, std::int64_t count);

} // namespace scalekv
