#pragma once

#include "engine/cache/cache_policy.h"
#include "scalekv/layer_attention.h"

#include <span>
#include <vector>

namespace scalekv {

/// Throws Error for options out of range.
void checkProbe(const AttentionProbeOptions& options);

/// K′ of a history: ⌈topShare · history⌉.
std::int64_t topCount(const AttentionProbeOptions& options, std::int64_t history);

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
/// queries. The sums stay there, too, until they are asked for, so that nothing waits for the device between
/// one layer and the next. Temporary memory is the keys in fp32 and a tile's rows.
class AttentionProbePortable {
public:
    /// Tells the device at once what it has to know of all scales of `schedule`. Throws Error for options out
    /// of range.
    AttentionProbePortable(std::span<const MapSize> schedule, const AttentionProbeOptions& options,
                           at::Device device);

    /// As probeAttention() takes it.
    void look(const LayerState& state);
    /// What was looked at since the last call, in that order: one copy, whatever their number.
    std::vector<LayerAttention> take();

private:
    struct Sums {
        LayerAttention layer;              ///< without its heads
        std::vector<std::int64_t> entries; ///< of each head's history
        at::Tensor sums;                   ///< [S, H, 3 + scales] fp32
    };

    at::Tensor sumsOf(const LayerState& state) const;
    LayerAttention finished(Sums layer, const at::Tensor& sums) const;

    AttentionProbeOptions options_;
    std::vector<std::int64_t> queries_; ///< a scale: how many are looked at
    std::vector<at::Tensor> samples_;   ///< a scale: which those are, [n] int64
    at::Tensor ends_;                   ///< [scales] int64: the first token behind each scale
    std::vector<Sums> waiting_;
};

} // namespace scalekv
