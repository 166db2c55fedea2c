#pragma once

#include "engine/cache/cache_policy.h"
#include "scalekv/layer_attention.h"

namespace scalekv {

/// Measures one layer's attention at one scale, from the queries and keys that attention itself used (values
/// are not read). Of `state` it takes layer, scale, map, queries [S, H, L, D], history.keys [S, H, n, D] (may
/// be undefined for n = 0), current.keys [S, H, L, D], and positions [S, H, n]: which tokens the history's
/// entries are, ascending, counted over all scales in order ([1, 1, n]: the same everywhere; undefined:
/// nothing was evicted, 0 … n−1); where heads hold different entries, `byHead` and `segments` instead.
/// `schedule` has at least the scales up to the current one.
///
/// Weights are computed again in tiles, in fp32 whatever the keys' type; temporary memory is a few rows of
/// scores over the history and does not grow with L. Throws Error for options out of range.
LayerAttention probeAttention(const LayerState& state, std::span<const MapSize> schedule,
                              const AttentionProbeOptions& options);

/// The same with LibTorch's operators, for keys on a device, where they stay: all heads at once, tiles of 32
/// queries, and the sums of a layer come back in one copy. Temporary memory is the keys in fp32 and a tile's
/// rows.
LayerAttention probeAttentionPortable(const LayerState& state, std::span<const MapSize> schedule,
                                      const AttentionProbeOptions& options);

} // namespace scalekv
