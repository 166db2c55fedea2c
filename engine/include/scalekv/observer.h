#pragma once

#include "scalekv/layer_attention.h"
#include "scalekv/report.h"

#include <span>

namespace scalekv {

/// A layer of the transformer has done its work for one scale.
struct LayerProgress {
    int scale = 0;
    int layer = 0;
    std::int64_t layerKvBytes = 0; ///< stored keys and values of this layer
    std::int64_t kvBytes = 0;      ///< of all layers
    double workDone = 0;           ///< 0 … 1: share of the whole generation's estimated work
    /// What was asked for with GenerationRequest::probe, else null. Valid during the call.
    const LayerAttention* attention = nullptr;
};

/// How a generation tells its caller where it is. Called on the thread that runs the generation; the calls
/// must return quickly and must not call back into the pipeline. Every function may be left out.
class GenerationObserver {
public:
    virtual ~GenerationObserver() = default;
    /// Before the first scale: how many scales and layers there will be.
    virtual void generationStarted(const ScaleSchedule& /*schedule*/, int /*layers*/) {}
    virtual void scaleStarted(int /*scale*/, MapSize /*map*/) {}
    virtual void layerFinished(const LayerProgress& /*progress*/) {}
    /// `images`: one a prompt; empty where no preview was asked for (the last scale always has them).
    virtual void scaleFinished(const ScaleReport& /*report*/, std::span<const RgbImage> /*images*/) {}
};

} // namespace scalekv
