#pragma once

#include "engine/image/vae.h"
#include "engine/pipeline/loaded_model.h"
#include "engine/pipeline/memory_estimate.h"
#include "engine/pipeline/next_scale.h"
#include "scalekv/generation.h"

#include <c10/core/Device.h>

namespace scalekv {

/// What a request is prepared for: a loaded model's, or one that exists only as random weights.
struct PreparationTerms {
    const TransformerShape& transformer;
    const VaeShape& vae;
    ElementBytes bytes = {};
    const RoleTable* roles = nullptr; ///< drafters and refiners, null where they are not known
    TokenPatch patch = {};
    at::Device device = at::kCPU;
    const HeadOrders* headOrders = nullptr; ///< in which order heads drop, null where it is not known
    const HeadKinds* headKinds = nullptr;   ///< how heads look back, null where it is not known
};
PreparationTerms termsOf(const LoadedModel& model);
/// Of a transformer that computes in `type`, and of the VAE beside it.
ElementBytes elementBytes(at::ScalarType type, at::Device device);

/// Throws what settingProblem() found, as an Error that names the setting.
void checkProblem(const std::optional<SettingProblem>& problem);

/// A request that was checked against a model's shape.
struct PreparedRequest {
    GenerationPlan plan;
    NextScaleSettings settings;
    std::vector<std::int64_t> sequences; ///< of each layer, for all prompts
    MemoryEstimate memory;

    /// The same for another prompt (or as many) and seed.
    PreparedRequest with(std::vector<std::string> prompts, std::uint64_t seed) const;
};
/// Throws Error that names the setting.
PreparedRequest prepareRequest(const GenerationRequest& request, const PreparationTerms& terms);

/// Text features of every prompt, then, when guided, of every prompt's unconditional text: [n, textWidth]
/// each. Throws Cancelled.
std::vector<at::Tensor> encodeText(const LoadedModel& model, const GenerationRequest& request, bool guided,
                                   std::stop_token stop = {});

} // namespace scalekv
