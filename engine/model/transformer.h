#pragma once

#include "engine/io/weights.h"
#include "engine/model/attention.h"
#include "engine/model/rotary.h"
#include "engine/model/stage_clock.h"
#include "engine/model/transformer_shape.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

namespace scalekv {

/// A linear layer's weights: weight [out, in], bias [out] (may be undefined).
struct Linear {
    at::Tensor weight;
    at::Tensor bias;
    at::Tensor operator()(const at::Tensor& x) const;
};

/// The text a batch is conditioned on, in every form that the layers need. Made once per generation.
struct TextCondition {
    at::Tensor pooled;     ///< [S, C] fp32: condition vector, and first token before `pos_start`
    at::Tensor modulation; ///< [S, 6, C] fp32: shared_ada_lin(pooled); gamma1, gamma2, scale1, scale2,
                           ///< shift1, shift2
    /// Keys and values of cross attention, one a layer and sequence, [1, H, n_s, D]: the same at every scale.
    std::vector<std::vector<KeyValues>> crossKeyValues;
    /// Off the CPU also all sequences of a layer as one, [S, H, n, D], the shorter ones filled up with zeros
    /// …
    std::vector<KeyValues> crossTogether;
    /// … and where that was needed what hides them, [S, 1, 1, n]: −∞, else 0.
    at::Tensor crossMask;
    std::int64_t sequences() const { return pooled.size(0); }
};

/// Infinity's transformer (Han et al. 2025): weights and the work of one layer. Immutable: all state of a
/// generation is the caller's.
///
/// The layers compute in the type it was loaded for; everything outside them (text projection, modulation,
/// embedding, head) is fp32, as in the released code.
class Transformer {
public:
    static Transformer load(Weights& weights, const TransformerShape& shape);
    /// Random weights of a shape (for measuring): seeded, small enough that activations stay finite, the same
    /// on every device.
    static Transformer random(const TransformerShape& shape, at::ScalarType type, at::Device device);

    const TransformerShape& shape() const { return shape_; }
    at::ScalarType type() const { return type_; }
    at::Device device() const { return head_.weight.device(); }
    std::int64_t weightBytes() const;

    /// Trained features for "no text": the first `tokens` rows [n, textWidth] of cfg_uncond. Throws Error
    /// when it has fewer.
    at::Tensor unconditionalText(std::int64_t tokens) const;

    /// `features`: T5's output of each sequence, [n_s, textWidth] fp32.
    TextCondition condition(const std::vector<at::Tensor>& features) const;

    /// Input of the first scale: [S, 1, C] fp32.
    at::Tensor firstToken(const TextCondition& condition) const;
    /// Input of a later scale: tokens [B, L, bits] fp32 (the resized sum of codes) → [B, L, C] fp32.
    at::Tensor embed(const at::Tensor& tokens) const;
    /// Adds row `scale` of lvl_embed. x [S, L, C].
    void addLevel(at::Tensor& x, std::int64_t scale) const;

    /// Called when a layer's self attention is done, with what it was given: input [S, L, C] of the qkv
    /// product (normalised and modulated) and queries [S, H, L, D] (normalised, scaled, rotated). Valid
    /// during the call.
    using SelfAttentionTap = std::function<void(const at::Tensor& input, const at::Tensor& queries)>;

    /// Called when a layer's cross attention is done: queries [S, H, L, D], the text's keys and values of
    /// each sequence, [1, H, n_s, D], and what their products were multiplied with. Valid during the call.
    using CrossAttentionTap =
        std::function<void(const at::Tensor& queries, std::span<const KeyValues> text, double scale)>;

    /// One layer's work on the current map, in place. x [S, L, C] fp32; the first S sequences of `condition`
    /// belong to it. Keys and values are written to `current`, and attention reads `attended` (which must
    /// include `current`).
    void layer(std::int64_t index, at::Tensor& x, const TextCondition& condition, const RotaryAngles& angles,
               KeyValues& current, const Attended& attended, StageClock& clock,
               const SelfAttentionTap& tap = {}, const CrossAttentionTap& crossTap = {}) const;

    /// The query part of a layer's mat_qkv: [C, C], without bias.
    at::Tensor queryWeight(std::int64_t layer) const;

    /// x [S, L, C] → two logits a bit, [S, L, 2·bits] fp32.
    at::Tensor logits(const at::Tensor& x, const TextCondition& condition) const;

private:
    struct Layer {
        at::Tensor modulation; ///< ada_gss [6, C] fp32
        at::Tensor headScale;  ///< exp(min(scale_mul, log 100)) [H] fp32
        Linear qkv, selfOut;
        at::Tensor crossNormGain, crossNormShift; ///< [1, C] fp32
        Linear crossQuery, crossKv, crossOut;
        Linear feedForwardIn, feedForwardOut;
    };

    TransformerShape shape_;
    at::ScalarType type_ = at::kFloat;
    std::vector<Layer> layers_;
    at::Tensor textNorm_;  ///< [textWidth]
    at::Tensor uncond_;    ///< [rows, textWidth]
    at::Tensor poolQuery_; ///< [1, poolHeads, C / poolHeads]
    Linear poolKv_, poolOut_;
    Linear textIn_, textOut_;  ///< text_proj_for_ca
    at::Tensor positionStart_; ///< [1, 1, C]
    at::Tensor levels_;        ///< [levels, C]
    at::Tensor ones_;          ///< [1, C]: the gain of cross attention, which has none
    Linear embed_;
    Linear modulationLinear_; ///< shared_ada_lin
    Linear headModulation_;   ///< head_nm.ada_lin
    Linear head_;

    void selfAttention(const Layer& layer, at::Tensor& x, const at::Tensor& modulation,
                       const RotaryAngles& angles, KeyValues& current, const Attended& attended,
                       StageClock& clock, const SelfAttentionTap& tap) const;
    void crossAttention(std::int64_t index, at::Tensor& x, const TextCondition& condition, StageClock& clock,
                        const CrossAttentionTap& tap) const;

    template <typename Source>
    static Transformer build(Source& source, const TransformerShape& shape, at::ScalarType type);
    void forEachTensor(const std::function<void(const at::Tensor&)>& visit) const;
};

} // namespace scalekv
