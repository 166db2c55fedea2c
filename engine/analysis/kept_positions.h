#pragma once

#include "engine/cache/cache_policy.h"
#include "scalekv/kept_tokens.h"

#include <span>

namespace scalekv {

/// Which tokens the first sequence's history entries are. Of `state` it takes scale, history, queries' heads
/// and positions ([S, H, n] int32, which must be known), or where heads differ their schedule. `schedule` has
/// at least the scales before the current one.
KeptTokens keptTokens(const LayerState& state, std::span<const MapSize> schedule);

} // namespace scalekv
