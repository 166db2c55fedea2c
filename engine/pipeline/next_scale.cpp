#include "engine/pipeline/next_scale.h"

#include "engine/cache/policies.h"
#include "engine/image/bsq.h"
#include "scalekv/error.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace scalekv {
namespace {

KvCache::Layout cacheLayout(const Transformer& transformer, const NextScaleSettings& settings,
                            std::int64_t prompts) {
    const CachePlan& plan = settings.policy->plan();
    KvCache::Layout layout;
    for (std::int64_t layer = 0; layer < transformer.shape().layers; ++layer) {
        layout.sequences.push_back(settings.sequences(layer, prompts));
        layout.capacity.push_back(plan.segments() != nullptr ? 0 : plan.most(layer));
    }
    layout.heads = transformer.shape().heads;
    layout.headDim = transformer.shape().headDim();
    layout.joined = !transformer.device().is_cpu();
    layout.scratchTokens = layout.joined ? plan.largestJoined() : plan.largestScratch();
    layout.reserved = !layout.joined || !plan.evictsAnywhere();
    layout.positions = settings.keepPositions;
    return layout;
}

std::optional<SegmentCache> segmentsOf(const Transformer& transformer, const NextScaleSettings& settings,
                                       std::int64_t prompts) {
    const SegmentSchedule* schedule = settings.policy->plan().segments();
    if (schedule == nullptr)
        return std::nullopt;
    if (schedule->heads() != transformer.shape().heads)
        throw std::logic_error("NextScale: the policy was made for another number of heads");
    SegmentCache::Layout layout{{}, transformer.shape().headDim()};
    for (std::int64_t layer = 0; layer < transformer.shape().layers; ++layer)
        layout.sequences.push_back(settings.sequences(layer, prompts));
    return std::make_optional<SegmentCache>(std::move(layout), *schedule, transformer.type(),
                                            transformer.device());
}

std::optional<SpectralCache> spectraOf(const Transformer& transformer, const NextScaleSettings& settings,
                                       std::int64_t prompts, std::span<const RotaryAngles> angles) {
    const CachePlan& plan = settings.policy->plan();
    if (plan.spectra() == nullptr)
        return std::nullopt;
    SpectralCache::Layout layout{{}, transformer.shape().heads};
    for (std::int64_t layer = 0; layer < transformer.shape().layers; ++layer)
        layout.sequences.push_back(plan.spectral(layer) ? settings.sequences(layer, prompts) : 0);
    return std::make_optional<SpectralCache>(std::move(layout), settings.schedule, *plan.spectra(), angles,
                                             transformer.type(), transformer.device());
}

/// The policy's window of every scale, brought to the device at once.
std::vector<at::Tensor> windowsOf(const CachePolicy& policy, at::Device device) {
    std::vector<std::int64_t> tokens, sizes;
    for (const MapSize& map : policy.plan().schedule()) {
        const std::vector<std::int64_t> window = policy.window(map);
        tokens.insert(tokens.end(), window.begin(), window.end());
        sizes.push_back(std::int64_t(window.size()));
    }
    return at::tensor(at::ArrayRef<std::int64_t>(tokens), at::kLong).to(device).split_with_sizes(sizes);
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
      cache_(cacheLayout(transformer, settings_, prompts_), transformer.type(), transformer.device()),
      segments_(segmentsOf(transformer, settings_, prompts_)),
      spectra_(spectraOf(transformer, settings_, prompts_, angles_)),
      generators_(generatorsOf(settings_, prompts_)), input_(transformer.firstToken(condition_)),
      clock_(transformer.device()), runAhead_(transformer.device()) {
    if (static_cast<std::int64_t>(settings_.schedule.size()) > transformer.shape().levels)
        throw Error("The schedule has " + std::to_string(settings_.schedule.size()) +
                    " scales, but the model only knows " + std::to_string(transformer.shape().levels) + ".");
}

MapSize NextScale::latentMap(std::int64_t scale) const {
    return settings_.patch.latentMap(settings_.schedule[std::size_t(scale)]);
}

LayerState NextScale::stateOf(std::int64_t layer) const {
    LayerState state;
    state.layer = layer;
    state.scale = scale_;
    state.map = settings_.schedule[std::size_t(scale_)];
    state.window = windows_[std::size_t(scale_)];
    return state;
}

Transformer::CrossAttentionTap NextScale::crossTapOf(std::int64_t layer) const {
    if (!settings_.crossTap)
        return {};
    return [this, layer](const at::Tensor& queries, std::span<const KeyValues> text, double factor) {
        settings_.crossTap(layer, scale_, queries, text, factor);
    };
}

void NextScale::runLayer(std::int64_t layer, at::Tensor& x) {
    const CachePolicy& policy = *settings_.policy;
    const std::int64_t tokens = settings_.schedule[std::size_t(scale_)].tokens();
    const bool evicts = policy.plan().evicts(scale_, layer);
    // The map joins the history where it lies, unless part of it is to go, or (at the last scale) all of it,
    // since nothing attends to it later.
    const bool appended = !evicts && !lastScale();

    LayerState state = stateOf(layer);
    state.positions = cache_.positions(layer);
    MapRoom room = cache_.room(layer, tokens, appended);
    state.history = room.history;
    state.current = room.current;
    state.joined = room.joined;

    at::Tensor kept;
    Transformer::SelfAttentionTap look;
    if (evicts || settings_.tap) {
        look = [&](const at::Tensor& input, const at::Tensor& queries) {
            state.input = input;
            state.queries = queries;
            state.queryWeight = transformer_.queryWeight(layer);
            if (settings_.tap)
                settings_.tap(state);
            if (evicts) {
                const StageClock::Span span(clock_, &StageSeconds::selection);
                kept = policy.select(state, policy.plan().entries(scale_, layer));
            }
        };
    }
    const std::array<KeyValues, 2> apart{room.history, room.current};
    const Attended attended{room.joined.keys.defined() ? std::span<const KeyValues>(&room.joined, 1)
                                                       : std::span<const KeyValues>(apart)};
    transformer_.layer(layer, x, condition_, angles_[std::size_t(scale_)], room.current, attended, clock_,
                       look, crossTapOf(layer));
    if (evicts) {
        const StageClock::Span span(clock_, &StageSeconds::selection);
        cache_.retain(layer, kept, room);
    }
}

/// The map lies in the scratch until it is known to fit: what goes has gone when it is stored.
void NextScale::runSegmentedLayer(std::int64_t layer, at::Tensor& x) {
    if (!lastScale()) {
        const StageClock::Span span(clock_, &StageSeconds::selection);
        segments_->makeRoom(scale_, layer);
    }
    KeyValues current = cache_.scratch(layer, settings_.schedule[std::size_t(scale_)].tokens());
    LayerState state = stateOf(layer);
    state.current = current;
    state.byHead = segments_->stored(layer);
    state.segments = settings_.policy->plan().segments();
    Transformer::SelfAttentionTap look;
    if (settings_.tap)
        look = [&](const at::Tensor& input, const at::Tensor& queries) {
            state.input = input;
            state.queries = queries;
            settings_.tap(state);
        };
    transformer_.layer(layer, x, condition_, angles_[std::size_t(scale_)], current,
                       {.stretches = {&current, 1}, .byHead = state.byHead}, clock_, look, crossTapOf(layer));
    if (!lastScale()) {
        const StageClock::Span span(clock_, &StageSeconds::selection);
        segments_->store(scale_, layer, current);
    }
}

/// The history is decoded into a room that all layers share, the map lies in the scratch until it is coded.
void NextScale::runSpectralLayer(std::int64_t layer, at::Tensor& x) {
    KeyValues current = cache_.scratch(layer, settings_.schedule[std::size_t(scale_)].tokens());
    LayerState state = stateOf(layer);
    {
        const StageClock::Span span(clock_, &StageSeconds::selection);
        state.history = spectra_->decoded(layer);
    }
    state.current = current;
    if (settings_.keepPositions)
        state.positions =
            at::arange(state.history.tokens(), state.history.keys.options().dtype(at::kInt))
                .expand({state.history.keys.size(0), state.history.keys.size(1), state.history.tokens()});
    Transformer::SelfAttentionTap look;
    if (settings_.tap || !lastScale()) {
        look = [&](const at::Tensor& input, const at::Tensor& queries) {
            state.input = input;
            state.queries = queries;
            if (settings_.tap)
                settings_.tap(state);
            if (!lastScale()) {
                const StageClock::Span span(clock_, &StageSeconds::selection);
                spectra_->store(scale_, layer, current, queries);
            }
        };
    }
    const std::array<KeyValues, 2> apart{state.history, current};
    transformer_.layer(layer, x, condition_, angles_[std::size_t(scale_)], current,
                       {.stretches = std::span(apart).subspan(state.history.tokens() == 0 ? 1 : 0)}, clock_,
                       look, crossTapOf(layer));
}

std::int64_t NextScale::kvBytes(std::int64_t layer) const {
    if (segments_)
        return segments_->bytes(layer);
    return cache_.bytes(layer) + (spectra_ ? spectra_->bytes(layer) : 0);
}

std::int64_t NextScale::kvBytes() const {
    if (segments_)
        return segments_->bytes();
    return cache_.bytes() + (spectra_ ? spectra_->bytes() : 0);
}

std::int64_t NextScale::peakKvBytes() const {
    if (segments_)
        return segments_->peakBytes();
    return cache_.peakBytes() + (spectra_ ? spectra_->peakBytes() : 0); // both only grow where there are both
}

std::int64_t NextScale::scratchBytes() const {
    return cache_.scratchBytes() + (spectra_ ? spectra_->scratchBytes() : 0);
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
        if (segments_)
            runSegmentedLayer(layer, x);
        else if (settings_.policy->plan().spectral(layer))
            runSpectralLayer(layer, x);
        else
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
        cache_.clear();
        if (segments_)
            segments_->clear();
        if (spectra_)
            spectra_->clear();
        return;
    }
    const at::Tensor next = settings_.patch.toTokens(bsq::resize(codes_, latentMap(scale_)));
    input_ = transformer_.embed(next.flatten(2).transpose(1, 2));
}

} // namespace scalekv
