#pragma once

#include "scalekv/request.h"
#include "ui/shell/model_summary.h"

namespace scalekv::ui {

/// The settings that a user had for this model last time. Only what differs from the author's recommendation
/// is kept, so a better recommendation of a later version is taken over.
GenerationRequest rememberedRequest(const ModelSummary& model);
void rememberRequest(const ModelSummary& model, GenerationRequest request);

} // namespace scalekv::ui
