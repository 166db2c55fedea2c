#include "engine/model/next_scale.h"

#include "engine/error.h"
#include "engine/image/bsq.h"

#include <algorithm>
#include <array>

namespace scalekv {
namespace {

/// Sequences that a layer must work on. Once guidance has been mixed into a layer's output for the last time,
/// both halves are equal there and only the prompts' half is read further on: the other need not be computed.
/// (The released code computes and drops it.)
std::int64_t sequencesOf(std::int64_t layer, const NextScaleSettings& settings, std::int64_t prompts) {
    if (!settings.guided())
        return prompts;
    const bool needed =
        settings.guideLogits || std::any_of(settings.guidedLayers.begin(), settings.guidedLayers.end(),
                                            [layer](std::int64_t guided) { return layer <= guided; });
    return needed ? 2 * prompts : prompts;
}

} // namespace

bool NextScaleSettings::guided() const {
    return std::any_of(cfg.begin(), cfg.end(), [](double value) { return value != 1.0; });
}

KvCache NextScale::makeCache(const Transformer& transformer, const NextScaleSettings& settings,
                             std::int64_t prompts) {
    KvCache::Layout layout;
    for (std::int64_t layer = 0; layer < transformer.shape().layers; ++layer)
        layout.sequences.push_back(sequencesOf(layer, settings, prompts));
    layout.heads = transformer.shape().heads;
    layout.headDim = transformer.shape().headDim();
    layout.capacity = cachedTokens(settings.schedule);
    layout.largestMap = settings.schedule.back().tokens();
    return {std::move(layout), transformer.type(), transformer.device()};
}

NextScale::NextScale(const Transformer& transformer, NextScaleSettings settings,
                     const std::vector<at::Tensor>& text)
    : transformer_(transformer), settings_(std::move(settings)),
      prompts_(static_cast<std::int64_t>(text.size()) / (settings_.guided() ? 2 : 1)),
      condition_(transformer.condition(text)), cache_(makeCache(transformer, settings_, prompts_)),
      generator_(at::detail::createCPUGenerator(settings_.seed)), input_(transformer.firstToken(condition_)) {
    if (static_cast<std::int64_t>(settings_.schedule.size()) > transformer.shape().levels)
        throw Error("The schedule has " + std::to_string(settings_.schedule.size()) +
                    " scales, but the model only knows " + std::to_string(transformer.shape().levels) + ".");
}

MapSize NextScale::latentMap(std::int64_t scale) const {
    const MapSize map = settings_.schedule[std::size_t(scale)];
    return settings_.spatialPatchify ? MapSize{2 * map.height, 2 * map.width} : map;
}

at::Tensor NextScale::predict(std::stop_token stop, const LayerDone& layerDone) {
    const MapSize map = settings_.schedule[std::size_t(scale_)];
    const double cfg = settings_.cfg[std::size_t(scale_)];
    const RotaryAngles angles =
        rotaryAngles(map, settings_.rotaryExtent, transformer_.shape().headDim(), transformer_.device());

    at::Tensor x = std::move(input_);
    if (x.size(0) < condition_.sequences()) // one embedding serves both halves
        x = x.repeat({condition_.sequences() / x.size(0), 1, 1});
    transformer_.addLevel(x, scale_);

    for (std::int64_t layer = 0; layer < transformer_.shape().layers; ++layer) {
        if (stop.stop_requested())
            throw Cancelled();
        if (const std::int64_t needed = sequencesOf(layer, settings_, prompts_); needed < x.size(0))
            x = x.narrow(0, 0, needed).contiguous();
        if (lastScale()) { // nothing attends to the last map later: it is not stored
            KeyValues current = cache_.scratch(layer, map.tokens());
            const std::array<KeyValues, 2> stretches{cache_.stored(layer), current};
            transformer_.layer(layer, x, condition_, angles, current, stretches, clock_);
        } else {
            KeyValues current = cache_.append(layer, map.tokens());
            const KeyValues all = cache_.stored(layer);
            transformer_.layer(layer, x, condition_, angles, current, {&all, 1}, clock_);
        }
        if (cfg != 1.0 &&
            std::count(settings_.guidedLayers.begin(), settings_.guidedLayers.end(), layer) > 0) {
            const at::Tensor mixed =
                x.narrow(0, 0, prompts_) * cfg + x.narrow(0, prompts_, prompts_) * (1 - cfg);
            x = at::cat({mixed, mixed});
        }
        if (layerDone)
            layerDone(layer, cache_);
    }
    if (x.size(0) > prompts_ && !(settings_.guideLogits && cfg != 1.0))
        x = x.narrow(0, 0, prompts_).contiguous();
    return transformer_.logits(x, condition_);
}

at::Tensor NextScale::sample(const at::Tensor& logits) {
    const double cfg = settings_.cfg[std::size_t(scale_)];
    const MapSize map = settings_.schedule[std::size_t(scale_)];
    at::Tensor scaled = logits * static_cast<float>(1.0 / settings_.tau[std::size_t(scale_)]);
    if (scaled.size(0) > prompts_)
        scaled = scaled.narrow(0, 0, prompts_) * cfg + scaled.narrow(0, prompts_, prompts_) * (1 - cfg);
    at::Tensor bits = settings_.sampler.draw(scaled, generator_).view({prompts_, map.height, map.width, -1});
    if (settings_.spatialPatchify)
        bits = at::pixel_shuffle(bits.permute({0, 3, 1, 2}), 2).permute({0, 2, 3, 1});
    return bits.to(at::kByte).contiguous();
}

void NextScale::feed(const at::Tensor& bits) {
    const std::int64_t last = static_cast<std::int64_t>(settings_.schedule.size()) - 1;
    const at::Tensor added = bsq::resize(bsq::codesFromBits(bits), latentMap(last));
    codes_ = codes_.defined() ? codes_ + added : added;
    ++scale_;
    if (finished())
        return;
    at::Tensor next = bsq::resize(codes_, latentMap(scale_)); // [B, d, h, w]
    if (settings_.spatialPatchify)
        next = at::pixel_unshuffle(next, 2);
    input_ = transformer_.embed(next.flatten(2).transpose(1, 2).to(transformer_.device()));
}

} // namespace scalekv
