#pragma once

#include "engine/cache/cache_policy.h"
#include "engine/cache/layer_stores.h"
#include "engine/model/sampler.h"
#include "engine/model/token_patch.h"
#include "engine/model/transformer.h"
#include "scalekv/request.h"
#include "scalekv/scale_schedule.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace scalekv {

/// Settings of one generation, already checked and brought to one value a scale.
struct NextScaleSettings {
    ScaleSchedule schedule; ///< the transformer's token maps
    MapSize rotaryExtent;
    std::vector<double> cfg; ///< a scale
    std::vector<double> tau; ///< a scale
    bool guideLogits = true;
    std::vector<std::int64_t> guidedLayers; ///< layers after whose output guidance is mixed in
    Sampler sampler;
    std::uint64_t seed = 0;
    BatchDraw draw = BatchDraw::Together;
    TokenPatch patch;                          ///< what joins tokens to the VAE's positions
    std::shared_ptr<const CachePolicy> policy; ///< none: full cache
    /// Looks on after each layer's self attention, before anything is evicted. May be empty.
    std::function<void(const LayerState& state)> tap;
    /// Looks on after each layer's cross attention. May be empty.
    std::function<void(std::int64_t layer, std::int64_t scale, const at::Tensor& queries,
                       std::span<const KeyValues> text, double factor)>
        crossTap;
    bool keepPositions = false; ///< LayerState::positions and positions() are wanted

    bool guided() const; ///< any cfg other than 1
    /// Sequences that a layer works on and stores, for a number of prompts.
    std::int64_t sequences(std::int64_t layer, std::int64_t prompts) const;
};

/// Generates a batch scale by scale (Infinity, Algorithm 1; released code autoregressive_infer_cfg): for
/// every scale predict(), then draw(), then feed(). Feeding other bits than were sampled is what teacher
/// forcing and tests do.
class NextScale {
public:
    /// Called after each layer of a scale.
    using LayerDone = std::function<void(std::int64_t layer)>;

    /// `text`: features of each prompt, then, when guided, of each prompt's unconditional text; [n,
    /// textWidth] each.
    NextScale(const Transformer& transformer, NextScaleSettings settings,
              const std::vector<at::Tensor>& text);

    std::int64_t scale() const { return scale_; }
    bool finished() const { return scale_ == std::int64_t(settings_.schedule.size()); }
    const NextScaleSettings& settings() const { return settings_; }

    /// Runs all layers on the current map. Returns the head's logits before temperature and guidance, [R, L,
    /// 2·bits] fp32: R = 2B where guidance is mixed into the logits of this scale, else B. Checks `stop`
    /// before every layer (throws Cancelled).
    at::Tensor predict(std::stop_token stop = {}, const LayerDone& layerDone = {});

    /// What predict() gave, after temperature and guidance: [B, L, 2·bits].
    at::Tensor finalLogits(const at::Tensor& logits) const;

    /// A draw from what finalLogits() gave: bits on the VAE's grid, [B, h, w, d] uint8, on the device.
    at::Tensor draw(const at::Tensor& finalLogits);

    /// Adds the codes of `bits` ([B, h, w, d], VAE grid of the current scale, any device) to the sum and
    /// moves to the next scale. After the last one the cache is given back: decoding needs the room.
    void feed(const at::Tensor& bits);

    /// Sum of all codes fed so far on the VAE's last grid: [B, d, H, W] fp32.
    const at::Tensor& codes() const { return codes_; }
    /// The VAE's grid of a scale.
    MapSize latentMap(std::int64_t scale) const;

    /// As LayerStore::positions().
    at::Tensor positions(std::int64_t layer) const { return stores_.of(layer).positions(layer); }
    /// Bytes of stored keys and values, of a layer and of all, and the most that they were.
    std::int64_t kvBytes(std::int64_t layer) const { return stores_.of(layer).bytes(layer); }
    std::int64_t kvBytes() const { return stores_.bytes(); }
    std::int64_t peakKvBytes() const { return stores_.peakBytes(); }
    /// Of the rooms that all layers share: for the current map, and for what is decoded.
    std::int64_t scratchBytes() const { return stores_.scratchBytes(); }
    /// Where the time went so far; off the CPU this waits for the device.
    StageSeconds stageSeconds() { return clock_.seconds(); }

private:
    void runLayer(std::int64_t layer, at::Tensor& x);
    Transformer::CrossAttentionTap crossTapOf(std::int64_t layer) const;

    const Transformer& transformer_;
    NextScaleSettings settings_;
    std::int64_t prompts_; ///< B
    TextCondition condition_;
    std::vector<RotaryAngles> angles_; ///< a scale
    std::vector<at::Tensor> windows_;  ///< a scale: the policy's window on the device
    LayerStores stores_;
    std::vector<at::Generator> generators_; ///< one, or one a prompt
    std::int64_t scale_ = 0;
    at::Tensor input_; ///< [B or 2B, L, C] fp32: embedded tokens of the current map
    at::Tensor codes_;
    StageClock clock_;
    RunAhead runAhead_;
};

} // namespace scalekv
