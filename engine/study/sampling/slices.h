#pragma once

#include "scalekv/sampling.h"

#include <cstddef>
#include <vector>

namespace scalekv {

/// Pictures that are drawn at once: [first, last) of the set's.
struct Unit {
    std::size_t first = 0, last = 0;
};
/// Batches are cut by index, so that it does not matter who draws them.
std::vector<Unit> unitsOf(std::size_t pictures, int batch);

/// [first, last) of `units`: the rank's contiguous share, rounded up, so that the last ranks may have less
/// (released scripts).
Unit sliceOf(std::size_t units, int rank, int ranks);

/// In which order an idle rank offers itself for units that are not drawn: the slice with most of them first,
/// from its end, for its own rank comes from its beginning. `pending`: indices, ascending.
std::vector<std::size_t> helpOrder(const std::vector<std::size_t>& pending, std::size_t units, int ranks);

} // namespace scalekv
