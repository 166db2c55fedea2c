#pragma once

#include "engine/cache/cache_policy.h"
#include "scalekv/kept_tokens.h"

#include <span>
#include <vector>

namespace scalekv {

/// Which tokens the first sequence's history entries are, still where the generation runs.
struct KeptPositions {
    std::int64_t heads = 0;
    std::int64_t tokens = 0;        ///< of all scales before the current one
    std::vector<at::Tensor> byHead; ///< [n] int32 each, ascending; none: all tokens are there
};

/// Of `state` it takes scale, queries' heads and positions ([S, H, n] int32, which must be known), or where
/// heads differ theirs. `schedule` has at least the scales before the current one. Copies nothing.
KeptPositions keptPositions(const LayerState& state, std::span<const MapSize> schedule);

/// Brings them here, those of all layers in one copy.
std::vector<KeptTokens> keptTokens(std::span<const KeptPositions> layers);

/// Of one layer.
KeptTokens keptTokens(const LayerState& state, std::span<const MapSize> schedule);

} // namespace scalekv
