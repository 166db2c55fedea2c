#pragma once

#include "engine/cache/cache_policy.h"

#include <vector>

namespace scalekv {

/// How much the queries of each head differ in what they look at: Σ over keys of the variance over queries of
/// a_ij, of the first sequence, which is the conditional half's. 0 where all look at the same tokens alike.
/// From the same sample of queries and the same weights as probeAttention(), nothing evicted. `queries`:
/// looked at; 0 = all.
std::vector<double> attentionVariance(const LayerState& state, std::int64_t queries);

} // namespace scalekv
