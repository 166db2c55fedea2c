#pragma once

#include <cstdint>
#include <vector>

namespace scalekv {

/// What one layer wants of a common total, and between what its share must lie.
struct Demand {
    double wanted = 1;
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::int64_t weight = 1; ///< what one unit costs of the total (sequences of the layer)
};

/// Shares in whole tokens with Σ weight · share = total, in proportion to what is wanted: what a bounded
/// layer cannot take goes to the others in the same proportion ("water filling"). Where weights do not divide
/// what is left over, the sum stays below the total by less than the largest weight. Throws std::logic_error
/// when the bounds leave no answer.
std::vector<std::int64_t> allocate(const std::vector<Demand>& demands, std::int64_t total);

} // namespace scalekv
