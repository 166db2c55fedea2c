#pragma once

#include "engine/cache/cache_plan.h"
#include "engine/image/vae.h"
#include "engine/model/transformer_shape.h"
#include "scalekv/scale_schedule.h"

#include <cstdint>

namespace scalekv {

/// Multiply-adds ×2 of the large products, for progress and for measuring.
struct LayerFlops {
    double linear = 0;    ///< matrix products with weights
    double attention = 0; ///< q kᵀ and weights · v, of self and cross attention
    double total() const { return linear + attention; }
};

/// One layer's work on `tokens` tokens of each of `sequences` sequences that attend to `keys` entries (the
/// current map included) and to `textTokens` text tokens.
LayerFlops layerFlops(const TransformerShape& shape, std::int64_t sequences, std::int64_t tokens,
                      std::int64_t keys, std::int64_t textTokens);

/// Entries that a layer's map attends to at a scale, the map included, on average over the layers.
std::int64_t averageKeys(const CachePlan& plan, std::int64_t scale);

/// Convolutions of the VAE's decoder for one picture of a latent map.
double decodeFlops(const VaeShape& shape, MapSize latent);

} // namespace scalekv
