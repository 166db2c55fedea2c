#pragma once

#include "ui/model_summary.h"

namespace scalekv::ui {

/// A request with all that a model's author recommends, without a prompt.
GenerationRequest recommendedRequest(const ModelFiles& model);

/// The settings that a user had for this model last time. Only what differs from the author's recommendation
/// is kept, so a better recommendation of a later version is taken over.
GenerationRequest rememberedRequest(const ModelSummary& model);
void rememberRequest(const ModelSummary& model, const GenerationRequest& request);

} // namespace scalekv::ui
