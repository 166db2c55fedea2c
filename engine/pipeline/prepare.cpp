#include "engine/pipeline/prepare.h"

#include "engine/cache/policies.h"
#include "engine/device/products.h"
#include "scalekv/error.h"

#include <algorithm>

namespace scalekv {
namespace {

std::vector<double> onePerScale(const std::vector<double>& values, std::size_t scales) {
    return values.size() == 1 ? std::vector<double>(scales, values.front()) : values;
}

/// Sampling and guidance, one value a scale.
NextScaleSettings sampling(const GenerationRequest& request, const PreparationTerms& terms) {
    const TransformerShape& shape = terms.transformer;
    NextScaleSettings settings;
    settings.schedule = scaleSchedule(request.size, request.aspectRatio);
    settings.rotaryExtent = rotaryExtent(request.aspectRatio);
    settings.patch = terms.patch;
    settings.seed = request.seed;

    const std::size_t scales = settings.schedule.size();
    if (static_cast<std::int64_t>(scales) > shape.levels)
        throw Error("Size " + request.size + " has " + std::to_string(scales) +
                    " scales, but this model knows only " + std::to_string(shape.levels) +
                    "; choose a smaller size.");
    checkProblem(settingProblem(request, {.scales = std::int64_t(scales), .layers = shape.layers}));
    settings.cfg = onePerScale(request.cfg, scales);
    settings.tau = onePerScale(request.tau, scales);
    settings.sampler = {request.topK, request.topP};

    settings.guideLogits = false;
    for (const std::int64_t layer : request.guidanceLayers) {
        if (layer == 0)
            settings.guideLogits = true;
        else
            settings.guidedLayers.push_back(shape.layers + layer);
    }
    return settings;
}

/// With the tables that it will use, and no others: so that equal choices are equal, and a recipe is whole.
PolicyChoice resolved(PolicyChoice choice, const PreparationTerms& known) {
    if (!choice.evicts())
        return {};
    if (choice.name != "scalekv-reference")
        choice.budgetTable.reset();
    if (!needsRoles(choice))
        choice.roles.reset();
    else if (!choice.roles && known.roles != nullptr)
        choice.roles = *known.roles;
    if (!needsHeadOrders(choice))
        choice.headOrders.reset();
    else if (!choice.headOrders && known.headOrders != nullptr)
        choice.headOrders = *known.headOrders;
    if (choice.headOrders)
        checkHeads(*choice.headOrders, known.transformer.layers, known.transformer.heads,
                   "The orders in which heads drop");
    if (!needsHeadKinds(choice))
        choice.headKinds.reset();
    else if (!choice.headKinds && known.headKinds != nullptr)
        choice.headKinds = *known.headKinds;
    if (choice.headKinds)
        checkHeads(*choice.headKinds, known.transformer.layers, known.transformer.heads,
                   "The kinds of heads");
    return choice;
}

std::vector<std::int64_t> bytesByScale(const CachePlan& plan, std::span<const std::int64_t> sequences,
                                       std::int64_t heads, std::int64_t entryBytes) {
    std::vector<std::int64_t> bytes;
    for (std::int64_t k = 0; k < plan.scales(); ++k)
        bytes.push_back(plan.bytes(k, sequences, heads, entryBytes));
    return bytes;
}

} // namespace

void checkProblem(const std::optional<SettingProblem>& problem) {
    if (!problem)
        return;
    std::string name = problem->field;
    std::replace(name.begin(), name.end(), '_', ' ');
    throw Error("The setting " + name + " " + problem->why + ".");
}

ElementBytes elementBytes(at::ScalarType type, at::Device device) {
    return {static_cast<std::int64_t>(c10::elementSize(type)),
            static_cast<std::int64_t>(c10::elementSize(convolutionType(type, device)))};
}

PreparationTerms termsOf(const LoadedModel& model) {
    return {model.transformer.shape(),
            model.vae.shape(),
            elementBytes(model.transformer.type(), model.transformer.device()),
            model.roles ? &*model.roles : nullptr,
            model.patch,
            model.transformer.device(),
            model.headOrders ? &*model.headOrders : nullptr,
            model.headKinds ? &*model.headKinds : nullptr};
}

PreparedRequest PreparedRequest::with(std::vector<std::string> prompts, std::uint64_t seed) const {
    if (prompts.size() != plan.request.prompts.size())
        throw std::logic_error("PreparedRequest: as many prompts as were prepared for");
    PreparedRequest other = *this;
    other.plan.request.prompts = std::move(prompts);
    other.plan.request.seed = seed;
    other.settings.seed = seed;
    return other;
}

PreparedRequest prepareRequest(const GenerationRequest& request, const PreparationTerms& terms) {
    if (request.prompts.empty())
        throw Error("There is no prompt.");
    const TransformerShape& shape = terms.transformer;
    const auto prompts = static_cast<std::int64_t>(request.prompts.size());
    PreparedRequest prepared;
    prepared.settings = sampling(request, terms);
    NextScaleSettings& settings = prepared.settings;
    std::vector<std::int64_t> single; // a budget is divided as for one prompt, however many there are
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        prepared.sequences.push_back(settings.sequences(layer, prompts));
        single.push_back(settings.sequences(layer, 1));
    }

    GenerationPlan& plan = prepared.plan;
    plan.request = request;
    plan.request.policy = resolved(request.policy, terms);
    const std::int64_t entry = 2 * shape.headDim() * terms.bytes.transformer;
    settings.policy =
        makePolicy(plan.request.policy, settings.schedule, single, {shape.headDim(), entry, shape.heads});
    plan.schedule = settings.schedule;
    plan.layers = static_cast<int>(shape.layers);
    plan.guided = settings.guided();
    const MapSize latent = settings.patch.latentMap(plan.schedule.back());
    const auto patch = static_cast<int>(terms.vae.patchSize());
    plan.picture = {latent.height * patch, latent.width * patch};

    const CachePlan& cache = settings.policy->plan();
    const CachePlan full = CachePlan::full(plan.schedule, shape.layers);
    plan.kvBytes = bytesByScale(cache, prepared.sequences, shape.heads, entry);
    plan.peakKvBytes = cache.peakBytes(prepared.sequences, shape.heads, entry);
    plan.fullKvBytes = bytesByScale(full, prepared.sequences, shape.heads, entry);
    plan.fullPeakKvBytes = full.peakBytes(prepared.sequences, shape.heads, entry);
    const auto estimate = terms.device.is_cpu() ? estimateMemory : estimateDeviceMemory;
    prepared.memory = estimate(shape, terms.vae, cache, prepared.sequences, latent, terms.bytes);
    plan.scratchBytes = prepared.memory.scratchBytes;
    plan.peakBytes = prepared.memory.peakBytes();
    return prepared;
}

std::vector<at::Tensor> encodeText(const LoadedModel& model, const GenerationRequest& request, bool guided,
                                   std::stop_token stop) {
    std::vector<at::Tensor> text;
    for (const std::string& prompt : request.prompts)
        text.push_back(model.textEncoder.encode(model.tokenizer.encode(prompt), stop));
    if (!guided)
        return text;
    at::Tensor negative;
    if (!request.negativePrompt.empty())
        negative = model.textEncoder.encode(model.tokenizer.encode(request.negativePrompt), stop);
    for (std::size_t i = 0; i < request.prompts.size(); ++i)
        text.push_back(negative.defined() ? negative : model.transformer.unconditionalText(text[i].size(0)));
    return text;
}

} // namespace scalekv
