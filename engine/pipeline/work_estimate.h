#pragma once

#include "engine/cache/cache_plan.h"
#include "engine/image/vae_cost.h"
#include "engine/model/token_patch.h"
#include "engine/model/transformer_shape.h"
#include "engine/pipeline/speed.h"
#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

constexpr std::int64_t kTextTokens = 20; // of a sentence, where the text is not known

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

/// Entries that a layer's map attends to at a scale, the map included, on average over layers and heads.
std::int64_t averageKeys(const CachePlan& plan, std::int64_t scale);

/// Expected seconds of one generation, step by step.
struct RunWork {
    double text = 0;                      ///< all texts
    double calls = 0;                     ///< a layer of any scale: calls, whatever they work on
    std::vector<double> products;         ///< a scale: the products of one layer
    std::vector<std::int64_t> layersLeft; ///< a scale
    std::vector<double> decode;           ///< a scale; 0 where no picture is decoded

    double allCalls() const;
    double allProducts() const;
    double allDecodes() const;
};

/// What decides the work of a generation.
struct WorkTerms {
    const TransformerShape& transformer;
    const VaeShape& vae;
    const CachePlan& plan;
    std::span<const std::int64_t> sequences; ///< of each layer
    std::int64_t prompts = 1;
    TokenPatch patch = {};
    std::int64_t textBytes = 0; ///< weights of the text encoder; 0: nothing is encoded
    std::int64_t texts = 0;
    enum class Decoded { Nothing, Picture, EveryScale } decoded = Decoded::Picture;
};
RunWork runWork(const WorkTerms& terms, const MachineSpeed& speed);

} // namespace scalekv
