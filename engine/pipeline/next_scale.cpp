#include "engine/pipeline/next_scale.h"

#include "engine/cache/policies.h"
#include "engine/device/index_lists.h"
#include "engine/image/bsq.h"
#include "scalekv/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <stdexcept>

namespace scalekv {
namespace {

LayerStores::Terms storeTerms(const TransformerShape& shape, const NextScaleSettings& settings,
                              std::int64_t prompts, std::span<const RotaryAngles> angles) {
    LayerStores::Terms terms{.policy = settings.policy,
                             .sequences = {},
                             .heads = shape.heads,
                             .headDim = shape.headDim(),
                             .positions = settings.keepPositions,
                             .angles = angles};
    for (std::int64_t layer = 0; layer < shape.layers; ++layer)
        terms.sequences.push_back(settings.sequences(layer, prompts));
    return terms;
}

/// The policy's window of every scale, brought to the device at once.
std::vector<at::Tensor> windowsOf(const CachePolicy& policy, at::Device device) {
    std::vector<std::vector<std::int64_t>> windows;
    for (const MapSize& map : policy.plan().schedule())
        windows.push_back(policy.window(map));
    return onDevice(windows, device);
}

NextScaleSettings withPolicy(NextScaleSettings settings, std::int64_t layers) {
    if (!settings.policy)
        settings.policy = std::make_shared<FullCache>(settings.schedule, layers);
    if (settings.policy->plan().layers() != layers || settings.policy->plan().schedule() != settings.schedule)
        throw std::logic_error("NextScale: the policy was made for another schedule or model");
    return settings;
}

std::vector<at::Generator> generatorsOf(const NextScaleSettings& settings, std::int64_t prompts) {
    std::vector<at::Generator> generators;
    const std::int64_t count = settings.draw == BatchDraw::Apart ? prompts : 1;
    for (std::int64_t n = 0; n < count; ++n)
        generators.push_back(at::detail::createCPUGenerator(settings.seed + std::uint64_t(n)));
    return generators;
}

} // namespace

bool NextScaleSettings::guided() const {
    return std::any_of(cfg.begin(), cfg.end(), [](double value) { return value != 1.0; });
}

std::int64_t NextScaleSettings::sequences(std::int64_t layer, std::int64_t prompts) const {
    // Once guidance has been mixed into a layer's output for the last time, both halves are equal there and
    // only the prompts' half is read further on: the other need not be computed. (The released code computes
    // and drops it.)
    if (!guided())
        return prompts;
    const bool needed = guideLogits || std::any_of(guidedLayers.begin(), guidedLayers.end(),
                                                   [layer](std::int64_t at) { return layer <= at; });
    return needed ? 2 * prompts : prompts;
}

NextScale::NextScale(const Transformer& transformer, NextScaleSettings settings,
                     const std::vector<at::Tensor>& text)
    : transformer_(transformer), settings_(withPolicy(std::move(settings), transformer.shape().layers)),
      prompts_(static_cast<std::int64_t>(text.size()) / (settings_.guided() ? 2 : 1)),
      condition_(transformer.condition(text)),
      angles_(rotaryAngles(settings_.schedule, settings_.rotaryExtent, transformer.shape().headDim(),
                           transformer.device())),
      windows_(windowsOf(*settings_.policy, transformer.device())),
      stores_(storeTerms(transformer.shape(), settings_, prompts_, angles_), transformer.type(),
              transformer.device()),
      generators_(generatorsOf(settings_, prompts_)), input_(transformer.firstToken(condition_)),
      clock_(transformer.device()), runAhead_(transformer.device()) {
    if (static_cast<std::int64_t>(settings_.schedule.size()) > transformer.shape().levels)
        throw Error("The schedule has " + std::to_string(settings_.schedule.size()) +
                    " scales, but the model only knows " + std::to_string(transformer.shape().levels) + ".");
}

MapSize NextScale::latentMap(std::int64_t scale) const {
    return settings_.patch.latentMap(settings_.schedule[std::size_t(scale)]);
}

Transformer::CrossAttentionTap NextScale::crossTapOf(std::int64_t layer) const {
    if (!settings_.crossTap)
        return {};
    return [this, layer](const at::Tensor& queries, std::span<const KeyValues> text, double factor) {
        settings_.crossTap(layer, scale_, queries, text, factor);
    };
}

void NextScale::runLayer(std::int64_t layer, at::Tensor& x) {
    LayerStore& store = stores_.of(layer);
    LayerState state;
    state.layer = layer;
    state.scale = scale_;
    state.map = settings_.schedule[std::size_t(scale_)];
    state.window = windows_[std::size_t(scale_)];
    state.queryWeight = transformer_.queryWeight(layer);
    store.open(state, clock_);

    const bool closes = store.closes(scale_, layer);
    Transformer::SelfAttentionTap look;
    if (closes || settings_.tap) {
        look = [&](const at::Tensor& input, const at::Tensor& queries) {
            state.input = input;
            state.queries = queries;
            if (settings_.tap)
                settings_.tap(state);
            if (closes) {
                const StageClock::Span span(clock_, &StageSeconds::selection);
                store.close(state);
            }
        };
    }
    std::vector<KeyValues> stretches;
    if (state.joined.keys.defined())
        stretches = {state.joined};
    else if (state.history.keys.defined() && state.history.tokens() > 0)
        stretches = {state.history, state.current};
    else
        stretches = {state.current};
    KeyValues current = state.current;
    transformer_.layer(layer, x, condition_, angles_[std::size_t(scale_)], current,
                       {.stretches = stretches, .byHead = state.byHead}, clock_, look, crossTapOf(layer));
}

at::Tensor NextScale::predict(std::stop_token stop, const LayerDone& layerDone) {
    const double cfg = settings_.cfg[std::size_t(scale_)];
    at::Tensor x = std::move(input_);
    if (x.size(0) < condition_.sequences()) // one embedding serves both halves
        x = x.repeat({condition_.sequences() / x.size(0), 1, 1});
    transformer_.addLevel(x, scale_);

    for (std::int64_t layer = 0; layer < transformer_.shape().layers; ++layer) {
        if (stop.stop_requested())
            throw Cancelled();
        if (const std::int64_t needed = settings_.sequences(layer, prompts_); needed < x.size(0))
            x = x.narrow(0, 0, needed).contiguous();
        runLayer(layer, x);
        if (cfg != 1.0 &&
            std::count(settings_.guidedLayers.begin(), settings_.guidedLayers.end(), layer) > 0) {
            const at::Tensor mixed =
                x.narrow(0, 0, prompts_) * cfg + x.narrow(0, prompts_, prompts_) * (1 - cfg);
            x = at::cat({mixed, mixed});
        }
        runAhead_.step();
        if (layerDone)
            layerDone(layer);
    }
    if (x.size(0) > prompts_ && !(settings_.guideLogits && cfg != 1.0))
        x = x.narrow(0, 0, prompts_).contiguous();
    return transformer_.logits(x, condition_);
}

at::Tensor NextScale::finalLogits(const at::Tensor& logits) const {
    const double cfg = settings_.cfg[std::size_t(scale_)];
    at::Tensor scaled = logits * static_cast<float>(1.0 / settings_.tau[std::size_t(scale_)]);
    if (scaled.size(0) > prompts_)
        scaled = scaled.narrow(0, 0, prompts_) * cfg + scaled.narrow(0, prompts_, prompts_) * (1 - cfg);
    return scaled;
}

at::Tensor NextScale::draw(const at::Tensor& finalLogits) {
    const MapSize map = settings_.schedule[std::size_t(scale_)];
    const auto each = std::int64_t(finalLogits.size(0)) / std::int64_t(generators_.size());
    std::vector<at::Tensor> bits;
    for (std::size_t n = 0; n < generators_.size(); ++n)
        bits.push_back(
            settings_.sampler.draw(finalLogits.narrow(0, std::int64_t(n) * each, each), generators_[n]));
    const at::Tensor all = bits.size() == 1 ? bits.front() : at::cat(bits);
    return settings_.patch.toLatent(all.view({prompts_, map.height, map.width, -1}))
        .to(at::kByte)
        .contiguous();
}

void NextScale::feed(const at::Tensor& bits) {
    const std::int64_t last = static_cast<std::int64_t>(settings_.schedule.size()) - 1;
    const at::Tensor added = bsq::resize(bsq::codesFromBits(bits.to(transformer_.device())), latentMap(last));
    codes_ = codes_.defined() ? codes_ + added : added;
    ++scale_;
    if (finished()) {
        stores_.clear();
        return;
    }
    const at::Tensor next = settings_.patch.toTokens(bsq::resize(codes_, latentMap(scale_)));
    input_ = transformer_.embed(next.flatten(2).transpose(1, 2));
}

} // namespace scalekv
