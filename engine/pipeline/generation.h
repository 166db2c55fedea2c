#pragma once

#include "engine/image/vae.h"
#include "engine/pipeline/loaded_model.h"
#include "engine/pipeline/next_scale.h"
#include "scalekv/roles.h"

namespace scalekv {

/// The numbers that a request leaves open, filled in and checked against a model, cache policy included.
/// `roles`: the model's drafters and refiners, null where they are not known. Throws Error that names the
/// setting.
NextScaleSettings nextScaleSettings(const GenerationRequest& request, const TransformerShape& shape,
                                    bool spatialPatchify, const RoleTable* roles = nullptr);
/// The same for a loaded model, with the roles of its calibration or of the one that the request names.
NextScaleSettings nextScaleSettings(const GenerationRequest& request, const Model::Parts& parts);

/// Text features of every prompt, then, when guided, of every prompt's unconditional text: [n, textWidth]
/// each. Throws Cancelled.
std::vector<at::Tensor> encodeText(const Model::Parts& parts, const GenerationRequest& request, bool guided,
                                   std::stop_token stop = {});

/// What runs a prepared generation to its end. Shared by the pipeline and the benchmark, which has no text
/// encoder.
struct GenerationParts {
    const Transformer& transformer;
    const Vae& vae;
};

/// What the observer is given besides progress.
struct Watching {
    Preview preview = Preview::None;
    std::optional<AttentionProbeOptions> probe = {};
};

/// Runs all scales, decodes and looks at attention as asked, and tells the observer. `report` gets scales,
/// pictures, KV and scratch bytes. A tap of `settings` is replaced where attention is looked at.
void runScales(const GenerationParts& parts, NextScaleSettings settings, const std::vector<at::Tensor>& text,
               const Watching& watching, GenerationObserver& observer, std::stop_token stop,
               GenerationReport& report);

} // namespace scalekv
