#include "engine/pipeline/generation.h"

#include "engine/analysis/attention_probe.h"
#include "engine/cache/policies.h"
#include "engine/image/bsq.h"
#include "engine/image/vae.h"
#include "engine/pipeline/work_estimate.h"
#include "scalekv/calibration.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <algorithm>
#include <cmath>

namespace scalekv {
namespace {

/// A convolution's multiply-add takes about this much longer than a matrix product's (measured on the CPU;
/// only progress depends on it).
constexpr double kConvolutionCost = 3.0;

std::vector<double> onePerScale(const std::vector<double>& values, std::size_t scales, const char* name) {
    if (values.size() == 1)
        return std::vector<double>(scales, values.front());
    if (values.size() == scales)
        return values;
    throw Error(std::string(name) + " needs one number, or one for each of the " + std::to_string(scales) +
                " scales of this size, not " + std::to_string(values.size()) + ".");
}

/// Share of the work that is done, weighed by multiply-adds.
class WorkMeter {
public:
    WorkMeter(const GenerationParts& parts, const NextScale& run, std::int64_t textTokens,
              std::int64_t prompts, Preview preview) {
        const auto& schedule = run.settings().schedule;
        const std::int64_t sequences = (run.settings().guided() ? 2 : 1) * prompts;
        for (std::size_t k = 0; k < schedule.size(); ++k) {
            const std::int64_t keys = averageKeys(run.settings().policy->plan(), std::int64_t(k));
            layer_.push_back(
                layerFlops(parts.transformer.shape(), sequences, schedule[k].tokens(), keys, textTokens)
                    .total());
            const bool decoded = preview == Preview::EachScale || k + 1 == schedule.size();
            decode_.push_back(decoded ? kConvolutionCost * static_cast<double>(prompts) *
                                            decodeFlops(parts.vae.shape(), run.latentMap(std::int64_t(k)))
                                      : 0);
            total_ += layer_.back() * static_cast<double>(parts.transformer.shape().layers) + decode_.back();
        }
    }
    void layerDone(std::size_t scale) { done_ += layer_[scale]; }
    void decodeDone(std::size_t scale) { done_ += decode_[scale]; }
    double share() const { return std::min(1.0, done_ / total_); }

private:
    std::vector<double> layer_, decode_; ///< a scale
    double total_ = 0;
    double done_ = 0;
};

std::vector<RgbImage> decode(const Vae& vae, const NextScale& run, std::int64_t scale, bool last,
                             std::stop_token stop) {
    // A preview is decoded at its own scale's resolution: the sum of codes has no finer detail yet, and all
    // previews of a picture together then cost about what the picture itself costs, instead of once a scale.
    const at::Tensor codes = last ? run.codes() : bsq::resize(run.codes(), run.latentMap(scale));
    return toRgb(vae.decode(codes, std::move(stop)));
}

} // namespace

NextScaleSettings nextScaleSettings(const GenerationRequest& request, const TransformerShape& shape,
                                    bool spatialPatchify, const RoleTable* roles) {
    NextScaleSettings settings;
    settings.schedule = scaleSchedule(request.size, request.aspectRatio);
    settings.rotaryExtent = rotaryExtent(request.aspectRatio);
    settings.spatialPatchify = spatialPatchify;
    settings.seed = request.seed;

    const std::size_t scales = settings.schedule.size();
    if (static_cast<std::int64_t>(scales) > shape.levels)
        throw Error("Size " + request.size + " has " + std::to_string(scales) +
                    " scales, but this model knows only " + std::to_string(shape.levels) +
                    "; choose a smaller size.");
    settings.cfg = onePerScale(request.cfg, scales, "cfg");
    settings.tau = onePerScale(request.tau, scales, "tau");
    if (!std::all_of(settings.cfg.begin(), settings.cfg.end(),
                     [](double v) { return std::isfinite(v) && std::abs(v) <= 1000; }))
        throw Error("cfg must be a number between -1000 and 1000.");
    if (!std::all_of(settings.tau.begin(), settings.tau.end(),
                     [](double v) { return v >= 1e-4 && v <= 1e4; }))
        throw Error("tau must be between 0.0001 and 10000.");
    if (request.topK < 0)
        throw Error("top-k must be 0 (off) or more.");
    if (!(request.topP >= 0 && request.topP <= 1))
        throw Error("top-p must be between 0 (off) and 1.");
    settings.sampler = {request.topK, request.topP};

    settings.guideLogits = false;
    for (int layer : request.cfgInsertionLayers) {
        if (layer > 0 || -layer >= shape.layers)
            throw Error("cfg insertion layer " + std::to_string(layer) +
                        " must be 0 (on the logits) or between -1 and -" + std::to_string(shape.layers - 1) +
                        ".");
        if (layer == 0)
            settings.guideLogits = true;
        else
            settings.guidedLayers.push_back(shape.layers + layer);
    }
    if (request.cfgInsertionLayers.empty() && settings.guided())
        throw Error("A cfg other than 1 needs at least one cfg insertion layer.");

    std::vector<std::int64_t> sequences; // one prompt stands for all: only their proportions matter
    for (std::int64_t layer = 0; layer < shape.layers; ++layer)
        sequences.push_back(settings.sequences(layer, 1));
    settings.policy = makePolicy(request.policy, {settings.schedule, sequences, roles});
    return settings;
}

NextScaleSettings nextScaleSettings(const GenerationRequest& request, const Model::Parts& parts) {
    std::optional<RoleTable> roles = parts.roles;
    if (!request.policy.calibrationFile.empty())
        roles = readCalibration(request.policy.calibrationFile).roles;
    return nextScaleSettings(request, parts.transformer.shape(), parts.spatialPatchify,
                             roles ? &*roles : nullptr);
}

std::vector<at::Tensor> encodeText(const Model::Parts& parts, const GenerationRequest& request, bool guided,
                                   std::stop_token stop) {
    std::vector<at::Tensor> text;
    for (const std::string& prompt : request.prompts)
        text.push_back(parts.textEncoder.encode(parts.tokenizer.encode(prompt), stop));
    if (!guided)
        return text;
    at::Tensor negative;
    if (!request.negativePrompt.empty())
        negative = parts.textEncoder.encode(parts.tokenizer.encode(request.negativePrompt), stop);
    for (std::size_t i = 0; i < request.prompts.size(); ++i)
        text.push_back(negative.defined() ? negative : parts.transformer.unconditionalText(text[i].size(0)));
    return text;
}

void runScales(const GenerationParts& parts, NextScaleSettings settings, const std::vector<at::Tensor>& text,
               const Watching& watching, GenerationObserver& observer, std::stop_token stop,
               GenerationReport& report) {
    LayerAttention attention; // of the layer at hand
    double probeSeconds = 0;
    const ScaleSchedule maps = settings.schedule;
    if (watching.probe) {
        settings.keepPositions = true;
        settings.tap = [&](const LayerState& state) {
            const StageClock::Span span(probeSeconds);
            attention = probeAttention(state, maps, *watching.probe);
        };
    }
    const auto prompts = static_cast<std::int64_t>(text.size()) / (settings.guided() ? 2 : 1);
    NextScale run(parts.transformer, std::move(settings), text);
    const ScaleSchedule& schedule = run.settings().schedule;
    observer.generationStarted(schedule, static_cast<int>(parts.transformer.shape().layers));

    std::int64_t textTokens = 0; // mean over the batch is enough for the estimate
    for (const at::Tensor& features : text)
        textTokens += features.size(0) / static_cast<std::int64_t>(text.size());
    WorkMeter work(parts, run, textTokens, prompts, watching.preview);

    std::int64_t history = 0;
    for (std::size_t k = 0; k < schedule.size(); ++k) {
        const bool last = k + 1 == schedule.size();
        const double start = monotonicSeconds();
        const StageClock before = run.clock();
        const double probedBefore = probeSeconds;
        ScaleReport scale;
        scale.scale = static_cast<int>(k);
        scale.map = schedule[k];
        scale.historyTokens = history;
        observer.scaleStarted(scale.scale, scale.map);

        if (last)
            releaseFreedMemory(); // holes left by smaller maps, into which the largest does not fit
        const at::Tensor logits = run.predict(stop, [&](std::int64_t layer, const KvCache& cache) {
            work.layerDone(k);
            observer.layerFinished({scale.scale, static_cast<int>(layer), cache.bytes(layer), cache.bytes(),
                                    work.share(), watching.probe ? &attention : nullptr});
        });
        scale.kvBytes = run.cache().bytes(); // before feed(), which gives the cache back at the end
        run.feed(run.sample(logits));

        std::vector<RgbImage> images;
        if (last || watching.preview == Preview::EachScale) {
            const StageClock::Span span(scale.decodeSeconds);
            if (last)
                releaseFreedMemory(); // the cache's: decoding needs other buffers than the layers did
            images = decode(parts.vae, run, std::int64_t(k), last, stop);
            work.decodeDone(k);
        }
        history += scale.map.tokens();
        scale.probeSeconds = probeSeconds - probedBefore;
        scale.selectionSeconds = run.clock().selection - before.selection;
        scale.attentionSeconds = run.clock().attention - before.attention;
        scale.gemmSeconds = run.clock().gemm - before.gemm;
        scale.seconds = monotonicSeconds() - start;
        report.scales.push_back(scale);
        observer.scaleFinished(scale, images);
        if (last)
            report.images = std::move(images);
    }
    report.peakKvBytes = run.cache().peakBytes();
    report.scratchBytes = run.cache().scratchBytes();
}

} // namespace scalekv
