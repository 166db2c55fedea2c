#include "engine/model/transformer.h"

#include "engine/device/products.h"
#include "engine/model/elementwise.h"
#include "scalekv/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scalekv {
namespace {

at::Tensor linear(const at::Tensor& x, const Linear& weights, StageClock& clock) {
    const StageClock::Span span(clock, &StageSeconds::gemm);
    return weights(x);
}

/// gelu(linear(x)), in its tanh form. CUDA's product can do both in one pass.
at::Tensor linearGelu(const at::Tensor& x, const Linear& weights, StageClock& clock) {
    if (x.is_cuda()) {
        const StageClock::Span span(clock, &StageSeconds::gemm);
        return at::_addmm_activation(weights.bias, x.flatten(0, 1), weights.weight.t(), 1, 1, true)
            .unflatten(0, {x.size(0), x.size(1)});
    }
    at::Tensor hidden = linear(x, weights, clock);
    geluInPlace(hidden);
    return hidden;
}

/// [S, n, 2·H·D] → keys and values [S, H, n, D], views.
KeyValues splitKeyValues(const at::Tensor& kv, std::int64_t heads) {
    const at::Tensor parts = kv.view({kv.size(0), kv.size(1), 2, heads, -1}).permute({2, 0, 3, 1, 4});
    return {parts[0], parts[1]};
}

at::Tensor zeroThen(const at::Tensor& valueBias) {
    return at::cat({at::zeros_like(valueBias), valueBias});
}

/// Sequences [1, n_s, C] as one, [S, n, C], the shorter ones filled up with zeros.
at::Tensor together(const std::vector<at::Tensor>& sequences) {
    std::int64_t longest = 0;
    for (const at::Tensor& sequence : sequences)
        longest = std::max(longest, sequence.size(1));
    std::vector<at::Tensor> filled;
    filled.reserve(sequences.size());
    for (const at::Tensor& sequence : sequences)
        filled.push_back(sequence.size(1) == longest
                             ? sequence
                             : at::constant_pad_nd(sequence, {0, 0, 0, longest - sequence.size(1)}));
    return at::cat(filled);
}

/// What hides the filling of together(): [S, 1, 1, n]. Undefined where all are of one length.
at::Tensor shorterHidden(const std::vector<std::int64_t>& lengths, const at::TensorOptions& options) {
    const std::int64_t longest = *std::max_element(lengths.begin(), lengths.end());
    if (std::all_of(lengths.begin(), lengths.end(), [&](std::int64_t n) { return n == longest; }))
        return {};
    at::Tensor mask = at::zeros({std::int64_t(lengths.size()), 1, 1, longest}, options);
    for (std::size_t s = 0; s < lengths.size(); ++s)
        mask[std::int64_t(s)]
            .narrow(2, lengths[s], longest - lengths[s])
            .fill_(-std::numeric_limits<double>::infinity());
    return mask;
}

/// queries [S, H, L, D] → [S, L, H, D], each sequence with its own text.
at::Tensor crossAttentionApart(const at::Tensor& queries, std::span<const KeyValues> text, double scale) {
    at::Tensor mixed =
        at::empty({queries.size(0), queries.size(2), queries.size(1), queries.size(3)}, queries.options());
    for (std::int64_t s = 0; s < queries.size(0); ++s) {
        at::Tensor out = mixed.narrow(0, s, 1);
        attention(queries.narrow(0, s, 1), text.subspan(std::size_t(s), 1), scale, out);
    }
    return mixed;
}

/// The same with all texts at once.
at::Tensor crossAttentionTogether(const at::Tensor& queries, const TextCondition& condition,
                                  std::size_t layer, double scale) {
    const auto first = [&](const at::Tensor& t) { return t.narrow(0, 0, queries.size(0)); };
    const KeyValues& all = condition.crossTogether[layer];
    const KeyValues text{first(all.keys), first(all.values)};
    return attentionPortable(queries, {&text, 1}, scale,
                             condition.crossMask.defined() ? first(condition.crossMask) : at::Tensor());
}

/// Where Transformer::build takes tensors from: a checkpoint …
struct FileSource {
    Weights& weights;
    std::string prefix;
    at::Tensor take(const std::string& name, at::IntArrayRef shape) {
        return weights.take(prefix + name, shape);
    }
    at::Tensor takeFloat(const std::string& name, at::IntArrayRef shape) {
        return weights.takeFloat(prefix + name, shape);
    }
    /// (1,H,1,1) and (1,1,H,1) both occur in releases.
    at::Tensor takeHeadScale(const std::string& name, std::int64_t heads) {
        const std::string full = prefix + name;
        const auto& tensors = weights.checkpoint().tensors();
        const auto info = tensors.find(full);
        const bool second =
            info == tensors.end() || info->second.shape.size() != 4 || info->second.shape[1] == heads;
        return weights
            .takeFloat(full, second ? at::IntArrayRef({1, heads, 1, 1}) : at::IntArrayRef({1, 1, heads, 1}))
            .reshape({heads});
    }
};

/// … or a random generator. One large random buffer serves all tensors, for drawing billions of numbers would
/// take minutes.
struct RandomSource {
    at::ScalarType type;
    at::Device device;
    at::Tensor pool = at::empty(0);
    at::Tensor fill(at::IntArrayRef shape, at::ScalarType wanted, double scale) {
        constexpr std::int64_t kPool = 1 << 20;
        if (pool.numel() == 0)
            pool = at::randn({kPool}, at::detail::createCPUGenerator(0), at::kFloat).to(device);
        at::Tensor out = at::empty(shape, at::TensorOptions().dtype(wanted).device(device));
        at::Tensor flat = out.view({-1});
        const at::Tensor scaled = (pool * scale).to(wanted);
        for (std::int64_t done = 0; done < flat.numel(); done += kPool)
            flat.narrow(0, done, std::min(kPool, flat.numel() - done))
                .copy_(scaled.narrow(0, 0, std::min(kPool, flat.numel() - done)));
        return out;
    }
    static double scaleFor(at::IntArrayRef shape) {
        return shape.size() > 1 ? 1.0 / std::sqrt(static_cast<double>(shape.back())) : 0.02;
    }
    at::Tensor take(const std::string&, at::IntArrayRef shape) { return fill(shape, type, scaleFor(shape)); }
    at::Tensor takeFloat(const std::string&, at::IntArrayRef shape) {
        return fill(shape, at::kFloat, scaleFor(shape));
    }
    at::Tensor takeHeadScale(const std::string&, std::int64_t heads) {
        return at::full({heads}, std::log(4.0), device);
    }
};

} // namespace

at::Tensor Linear::operator()(const at::Tensor& x) const {
    return affine(x, weight, bias);
}

template <typename Source>
Transformer Transformer::build(Source& source, const TransformerShape& shape, at::ScalarType type) {
    Transformer model;
    model.shape_ = shape;
    model.type_ = type;
    const std::int64_t c = shape.width;
    const std::int64_t t = shape.textWidth;
    const auto inType = [&](const std::string& name, std::int64_t out, std::int64_t in) {
        return Linear{source.take(name + ".weight", {out, in}), source.take(name + ".bias", {out})};
    };
    const auto inFloat = [&](const std::string& name, std::int64_t out, std::int64_t in) {
        return Linear{source.takeFloat(name + ".weight", {out, in}), source.takeFloat(name + ".bias", {out})};
    };

    model.textNorm_ = source.takeFloat("text_norm.weight", {t});
    model.uncond_ = source.takeFloat("cfg_uncond", {shape.uncondTokens, t});
    model.poolQuery_ =
        source.takeFloat("text_proj_for_sos.ca.mat_q", {1, shape.poolHeads, c / shape.poolHeads});
    model.poolKv_ = {source.takeFloat("text_proj_for_sos.ca.mat_kv.weight", {2 * c, t}),
                     zeroThen(source.takeFloat("text_proj_for_sos.ca.v_bias", {c}))};
    model.poolOut_ = inFloat("text_proj_for_sos.ca.proj", c, c);
    model.textIn_ = inFloat("text_proj_for_ca.0", c, t);
    model.textOut_ = inFloat("text_proj_for_ca.2", c, c);
    model.positionStart_ = source.takeFloat("pos_start", {1, 1, c});
    model.levels_ = source.takeFloat("lvl_embed.weight", {shape.levels, c});
    model.ones_ = at::ones_like(model.levels_.narrow(0, 0, 1));
    model.embed_ = inFloat("word_embed", c, shape.bits);
    model.modulationLinear_ = inFloat("shared_ada_lin.1", 6 * c, c);
    model.headModulation_ = inFloat("head_nm.ada_lin.1", 2 * c, c);
    model.head_ = inFloat("head", 2 * shape.bits, c);

    for (std::int64_t index = 0; index < shape.layers; ++index) {
        const std::string at = shape.layerPrefix(index);
        Layer layer;
        layer.modulation = source.takeFloat(at + "ada_gss", {1, 1, 6, c}).view({6, c});
        layer.headScale =
            source.takeHeadScale(at + "sa.scale_mul_1H11", shape.heads).clamp_max(std::log(100.0)).exp();
        const at::Tensor queryBias = source.take(at + "sa.q_bias", {c});
        layer.qkv = {source.take(at + "sa.mat_qkv.weight", {3 * c, c}),
                     at::cat({queryBias, zeroThen(source.take(at + "sa.v_bias", {c}))})};
        layer.selfOut = inType(at + "sa.proj", c, c);
        layer.crossNormGain = source.takeFloat(at + "ca_norm.weight", {c}).view({1, c});
        layer.crossNormShift = source.takeFloat(at + "ca_norm.bias", {c}).view({1, c});
        layer.crossQuery = inType(at + "ca.mat_q", c, c);
        layer.crossKv = {source.take(at + "ca.mat_kv.weight", {2 * c, c}),
                         zeroThen(source.take(at + "ca.v_bias", {c}))};
        layer.crossOut = inType(at + "ca.proj", c, c);
        layer.feedForwardIn = inType(at + "ffn.fc1", shape.feedForward, c);
        layer.feedForwardOut = inType(at + "ffn.fc2", c, shape.feedForward);
        model.layers_.push_back(std::move(layer));
    }
    return model;
}

Transformer Transformer::load(Weights& weights, const TransformerShape& shape) {
    FileSource source{weights, shape.prefix};
    // Buffers of constant zeros that some releases carry.
    weights.ignore(shape.prefix + "text_proj_for_sos.ca.zero_k_bias");
    for (std::int64_t layer = 0; layer < shape.layers; ++layer)
        for (const char* name : {"sa.zero_k_bias", "ca.zero_k_bias"})
            weights.ignore(shape.prefix + shape.layerPrefix(layer) + name);
    return build(source, shape, weights.type());
}

Transformer Transformer::random(const TransformerShape& shape, at::ScalarType type, at::Device device) {
    RandomSource source{type, device};
    return build(source, shape, type);
}

void Transformer::forEachTensor(const std::function<void(const at::Tensor&)>& visit) const {
    const auto both = [&](const Linear& linear) {
        visit(linear.weight);
        visit(linear.bias);
    };
    for (const at::Tensor& t : {textNorm_, uncond_, poolQuery_, positionStart_, levels_})
        visit(t);
    for (const Linear& linear :
         {poolKv_, poolOut_, textIn_, textOut_, embed_, modulationLinear_, headModulation_, head_})
        both(linear);
    for (const Layer& layer : layers_) {
        for (const at::Tensor& t :
             {layer.modulation, layer.headScale, layer.crossNormGain, layer.crossNormShift})
            visit(t);
        for (const Linear& linear : {layer.qkv, layer.selfOut, layer.crossQuery, layer.crossKv,
                                     layer.crossOut, layer.feedForwardIn, layer.feedForwardOut})
            both(linear);
    }
}

std::int64_t Transformer::weightBytes() const {
    std::int64_t sum = 0;
    forEachTensor([&](const at::Tensor& t) { sum += static_cast<std::int64_t>(t.nbytes()); });
    return sum;
}

at::Tensor Transformer::unconditionalText(std::int64_t tokens) const {
    if (tokens > uncond_.size(0))
        throw Error("The prompt has " + std::to_string(tokens) +
                    " tokens, but the model's unconditional text (cfg_uncond) only " +
                    std::to_string(uncond_.size(0)) + "; use a shorter prompt, or cfg 1.");
    return uncond_.narrow(0, 0, tokens);
}

TextCondition Transformer::condition(const std::vector<at::Tensor>& features) const {
    std::vector<at::Tensor> wides;
    std::vector<std::int64_t> lengths;
    for (const at::Tensor& text : features) {
        wides.push_back(text.to(device(), at::kFloat));
        lengths.push_back(text.size(0));
    }
    const at::Tensor wide = at::cat(wides); // [Σ n, textWidth]
    const at::Tensor normed =
        wide * at::rsqrt(wide.pow(2).mean(-1, true) + 1e-6) * textNorm_; // RMS norm (released: FastRMSNorm)
    /// What a product says of each sequence, [1, n_s, ·].
    const auto sequences = [&](const at::Tensor& product) {
        return product.unsqueeze(0).split_with_sizes(lengths, 1);
    };

    TextCondition condition;
    std::vector<at::Tensor> pooled;
    const at::Tensor query = poolQuery_.view({1, shape_.poolHeads, 1, -1}); // one learned query a head
    for (const at::Tensor& kv : sequences(poolKv_(normed))) {
        const KeyValues pool = splitKeyValues(kv, shape_.poolHeads);
        pooled.push_back(attention(query, {&pool, 1}, 1.0 / std::sqrt(static_cast<double>(query.size(3))))
                             .view({1, shape_.width}));
    }
    condition.pooled = poolOut_(at::cat(pooled));
    condition.modulation = modulationLinear_(at::silu(condition.pooled)).view({-1, 6, shape_.width});

    const at::Tensor projected = textOut_(at::gelu(textIn_(normed), "tanh")).to(type_);
    for (const Layer& layer : layers_) {
        const std::vector<at::Tensor> each = sequences(layer.crossKv(projected)); // [1, n_s, 2·C]
        std::vector<KeyValues> keyValues;
        if (wide.is_cpu()) {
            for (const at::Tensor& kv : each)
                keyValues.push_back(splitKeyValues(kv, shape_.heads));
        } else {
            const KeyValues all = splitKeyValues(together(each), shape_.heads);
            for (std::size_t s = 0; s < each.size(); ++s) {
                const auto part = [&](const at::Tensor& t) {
                    return t.narrow(0, std::int64_t(s), 1).narrow(2, 0, lengths[s]);
                };
                keyValues.push_back({part(all.keys), part(all.values)});
            }
            condition.crossTogether.push_back(all);
        }
        condition.crossKeyValues.push_back(std::move(keyValues));
    }
    if (!wide.is_cpu())
        condition.crossMask = shorterHidden(lengths, at::TensorOptions(device()).dtype(type_));
    return condition;
}

at::Tensor Transformer::firstToken(const TextCondition& condition) const {
    return condition.pooled.unsqueeze(1) + positionStart_;
}

at::Tensor Transformer::embed(const at::Tensor& tokens) const {
    return embed_(tokens);
}

void Transformer::addLevel(at::Tensor& x, std::int64_t scale) const {
    x.add_(levels_[scale]);
}

void Transformer::layer(std::int64_t index, at::Tensor& x, const TextCondition& condition,
                        const RotaryAngles& angles, KeyValues& current, const Attended& attended,
                        StageClock& clock, const SelfAttentionTap& tap,
                        const CrossAttentionTap& crossTap) const {
    const Layer& layer = layers_[std::size_t(index)];
    at::Tensor modulation = condition.modulation.narrow(0, 0, x.size(0)) + layer.modulation; // [S, 6, C]
    modulation.narrow(1, 2, 2).add_(1);                                                      // the scales
    selfAttention(layer, x, modulation, angles, current, attended, clock, tap);
    crossAttention(index, x, condition, clock, crossTap);
    const at::Tensor hidden =
        linearGelu(normalizeLayer(x, modulation.select(1, 3), modulation.select(1, 5), type_),
                   layer.feedForwardIn, clock);
    addScaled(x, linear(hidden, layer.feedForwardOut, clock), modulation.select(1, 1));
}

void Transformer::selfAttention(const Layer& layer, at::Tensor& x, const at::Tensor& modulation,
                                const RotaryAngles& angles, KeyValues& current, const Attended& attended,
                                StageClock& clock, const SelfAttentionTap& tap) const {
    const std::int64_t sequences = x.size(0);
    const std::int64_t length = x.size(1);
    at::Tensor mixed;
    {
        at::Tensor input = normalizeLayer(x, modulation.select(1, 2), modulation.select(1, 4), type_);
        const at::Tensor queries = splitQkv(
            linear(input, layer.qkv, clock).view({sequences, length, 3, shape_.heads, shape_.headDim()}),
            layer.headScale, angles, current);
        if (!tap)
            input.reset();
        {
            const StageClock::Span span(clock, &StageSeconds::attention);
            mixed = attended.byHead.empty() ? attention(queries, attended.stretches, 1.0)
                                            : attentionByHead(queries, attended, 1.0);
        }
        if (tap)
            tap(input, queries);
    }
    addScaled(x, linear(mixed.view({sequences, length, shape_.width}), layer.selfOut, clock),
              modulation.select(1, 0));
}

void Transformer::crossAttention(std::int64_t index, at::Tensor& x, const TextCondition& condition,
                                 StageClock& clock, const CrossAttentionTap& tap) const {
    const Layer& layer = layers_[std::size_t(index)];
    const std::int64_t sequences = x.size(0);
    const std::int64_t length = x.size(1);
    const at::Tensor queries =
        linear(normalizeLayer(x, layer.crossNormGain, layer.crossNormShift, type_), layer.crossQuery, clock)
            .view({sequences, length, shape_.heads, shape_.headDim()})
            .transpose(1, 2);
    const std::span<const KeyValues> text(condition.crossKeyValues[std::size_t(index)]);
    const double scale = 1.0 / std::sqrt(static_cast<double>(shape_.headDim()));
    at::Tensor mixed;
    {
        const StageClock::Span span(clock, &StageSeconds::attention);
        mixed = x.is_cpu() ? crossAttentionApart(queries, text, scale)
                           : crossAttentionTogether(queries, condition, std::size_t(index), scale);
    }
    if (tap)
        tap(queries, text, scale);
    addScaled(x, linear(mixed.view({sequences, length, shape_.width}), layer.crossOut, clock), ones_);
}

at::Tensor Transformer::queryWeight(std::int64_t layer) const {
    return layers_.at(std::size_t(layer)).qkv.weight.narrow(0, 0, shape_.width);
}

at::Tensor Transformer::logits(const at::Tensor& x, const TextCondition& condition) const {
    const std::int64_t sequences = x.size(0);
    const at::Tensor modulation = headModulation_(at::silu(condition.pooled.narrow(0, 0, sequences)))
                                      .view({sequences, 2, shape_.width});
    return head_(normalizeLayer(x, modulation.select(1, 0).add(1).contiguous(),
                                modulation.select(1, 1).contiguous(), at::kFloat));
}

} // namespace scalekv
