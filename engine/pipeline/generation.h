#pragma once

#include "engine/image/vae.h"
#include "engine/model/next_scale.h"
#include "engine/pipeline/pipeline.h"

namespace scalekv {

/// The numbers that a request leaves open, filled in and checked against a model. Throws Error that names the
/// setting.
NextScaleSettings nextScaleSettings(const GenerationRequest& request, const TransformerShape& shape,
                                    bool spatialPatchify);

/// What runs a prepared generation to its end. Shared by the pipeline and the benchmark, which has no text
/// encoder.
struct GenerationParts {
    const Transformer& transformer;
    const Vae& vae;
};

/// Runs all scales, decodes as `preview` says, and tells the observer. `report` gets scales, pictures, KV and
/// scratch bytes.
void runScales(const GenerationParts& parts, NextScaleSettings settings, const std::vector<at::Tensor>& text,
               Preview preview, GenerationObserver& observer, std::stop_token stop, GenerationReport& report);

} // namespace scalekv
