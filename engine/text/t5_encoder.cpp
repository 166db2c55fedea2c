#include "engine/text/t5_encoder.h"

#include "engine/device/products.h"
#include "engine/io/printable.h"
#include "engine/io/weights.h"
#include "scalekv/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace scalekv {
namespace {

/// Which row of the bias table an attended position `distance` (key − query) takes: exact for near ones,
/// logarithmic up to maxDistance, one half of the table for each direction (Raffel et al. 2020).
std::int64_t relativeBucket(std::int64_t distance, const T5Config& config) {
    const std::int64_t side = config.buckets / 2;
    const std::int64_t exact = side / 2;
    const std::int64_t first = distance > 0 ? side : 0;
    const std::int64_t steps = std::abs(distance);
    if (steps < exact)
        return first + steps;
    // In fp32 and in this order, as the reference: truncation would make another rounding visible.
    const float position = std::log(float(steps) / float(exact)) /
                           float(std::log(double(config.maxDistance) / double(exact))) * float(side - exact);
    return first + std::min(exact + std::int64_t(position), side - 1);
}

/// Bias table [buckets, heads] → additive bias [heads, n, n] fp32. It depends on key − query only.
at::Tensor relativeBias(const at::Tensor& table, std::int64_t n, const T5Config& config) {
    at::Tensor buckets = at::empty({n, n}, at::kLong);
    auto rows = buckets.accessor<std::int64_t, 2>();
    for (std::int64_t query = 0; query < n; ++query)
        for (std::int64_t key = 0; key < n; ++key)
            rows[query][key] = relativeBucket(key - query, config);
    return table.index_select(0, buckets.view({-1}).to(table.device()))
        .view({n, n, config.heads})
        .permute({2, 0, 1})
        .contiguous();
}

/// x [n, C] fp32 · rsqrt(mean x²) · weight, in the compute type.
at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon, at::ScalarType type) {
    const at::Tensor scale = x.square().mean(-1, true).add_(epsilon).rsqrt_();
    return x.mul(scale).mul_(weight).to(type);
}

/// The token table stays where it lies in the file, in the file's type and in host memory: a prompt needs a
/// few rows of it.
at::Tensor embeddingTable(Weights& weights, const T5Config& config) {
    const Checkpoint& checkpoint = weights.checkpoint();
    const std::string encoderName = "encoder.embed_tokens.weight", sharedName = "shared.weight";
    const std::string& name = checkpoint.contains(sharedName) ? sharedName : encoderName;
    if (!checkpoint.contains(name))
        throw Error(pathText(checkpoint.path()) + ": tensor " + sharedName + " is missing.");
    at::Tensor table = checkpoint.tensor(name);
    if (table.dim() != 2 || table.size(0) < config.vocabulary || table.size(1) != config.width ||
        !table.is_floating_point())
        throw Error(pathText(checkpoint.path()) + ": tensor " + name + " is not a table of " +
                    std::to_string(config.vocabulary) + " × " + std::to_string(config.width) + " numbers.");
    weights.ignore(sharedName);
    weights.ignore(encoderName);
    return table;
}

/// Tensors that no encoder needs, said in one note; the decoder half of a full T5 file is expected.
std::vector<std::string> notesOn(const Weights& weights) {
    std::size_t decoder = 0;
    std::vector<std::string> others;
    for (const std::string& name : weights.leftOver()) {
        if (name.starts_with("decoder.") || name.starts_with("lm_head."))
            ++decoder;
        else
            others.push_back(name);
    }
    std::vector<std::string> notes;
    if (decoder > 0)
        notes.push_back("Text encoder: " + std::to_string(decoder) +
                        " tensors of a T5 decoder are not used.");
    if (!others.empty())
        notes.push_back("Text encoder: " + std::to_string(others.size()) + " unknown tensors are not used (" +
                        printable(others.front()) + (others.size() > 1 ? ", …)." : ")."));
    return notes;
}

} // namespace

T5Encoder T5Encoder::load(const std::filesystem::path& folder, at::ScalarType type, at::Device device,
                          const Progress& progress) {
    if (type != at::kFloat && type != at::kBFloat16)
        throw Error("The text encoder computes in fp32 or bf16 only, for T5 overflows in fp16.");
    T5Encoder encoder;
    encoder.type_ = type;
    encoder.config_ = T5Config::read(folder / "config.json");
    const T5Config& config = encoder.config_;

    Weights weights(Checkpoint::open(folder), type, device);
    if (progress)
        weights.onTaken(progress);
    encoder.embedding_ = embeddingTable(weights, config);

    const std::int64_t width = config.width, inner = config.heads * config.headDim, ff = config.feedForward;
    for (std::int64_t n = 0; n < config.layers; ++n) {
        const std::string block = "encoder.block." + std::to_string(n) + ".layer.";
        const std::string attention = block + "0.SelfAttention.", feedForward = block + "1.DenseReluDense.";
        if (n == 0)
            encoder.positionBias_ = weights.takeFloat(attention + "relative_attention_bias.weight",
                                                      {config.buckets, config.heads});
        Layer layer;
        layer.attentionNorm = weights.takeFloat(block + "0.layer_norm.weight", {width});
        layer.q = weights.take(attention + "q.weight", {inner, width});
        layer.k = weights.take(attention + "k.weight", {inner, width});
        layer.v = weights.take(attention + "v.weight", {inner, width});
        layer.o = weights.take(attention + "o.weight", {width, inner});
        layer.feedForwardNorm = weights.takeFloat(block + "1.layer_norm.weight", {width});
        layer.wi0 = weights.take(feedForward + "wi_0.weight", {ff, width});
        layer.wi1 = weights.take(feedForward + "wi_1.weight", {ff, width});
        layer.wo = weights.take(feedForward + "wo.weight", {width, ff});
        encoder.layers_.push_back(std::move(layer));
    }
    encoder.finalNorm_ = weights.takeFloat("encoder.final_layer_norm.weight", {width});
    encoder.notes_ = notesOn(weights);
    return encoder;
}

at::Tensor T5Encoder::encode(std::span<const std::int64_t> ids, std::stop_token stop) const {
    if (ids.empty())
        throw Error("The text encoder was given no tokens.");
    const std::int64_t vocabulary = embedding_.size(0);
    for (std::int64_t id : ids)
        if (id < 0 || id >= vocabulary)
            throw Error("Token " + std::to_string(id) + " is not among the text encoder's " +
                        std::to_string(vocabulary) +
                        "; its spiece.model and its weights do not belong together.");

    const std::int64_t n = std::int64_t(ids.size());
    at::Tensor rows = at::empty({n}, at::kLong);
    std::copy(ids.begin(), ids.end(), rows.mutable_data_ptr<std::int64_t>());
    // The residual stream stays fp32 in either compute type; products run in the compute type.
    at::Tensor x = embedding_.index_select(0, rows).to(finalNorm_.device(), at::kFloat); // [n, width]
    const at::Tensor bias = relativeBias(positionBias_, n, config_);                     // [heads, n, n]

    const auto heads = [&](const at::Tensor& t) {
        return t.view({n, config_.heads, config_.headDim}).transpose(0, 1); // [heads, n, headDim]
    };
    for (const Layer& layer : layers_) {
        if (stop.stop_requested())
            throw Cancelled();
        at::Tensor h = rmsNorm(x, layer.attentionNorm, config_.epsilon, type_);
        const at::Tensor q = heads(affine(h, layer.q));
        const at::Tensor k = heads(affine(h, layer.k));
        const at::Tensor v = heads(affine(h, layer.v));
        at::Tensor scores = at::matmul(q, k.transpose(1, 2)).to(at::kFloat).add_(bias); // T5 does not scale
        const at::Tensor attention = at::softmax(scores, -1).to(type_);                 // [heads, n, n]
        const at::Tensor mixed = at::matmul(attention, v).transpose(0, 1).reshape({n, -1});
        x.add_(affine(mixed, layer.o));

        h = rmsNorm(x, layer.feedForwardNorm, config_.epsilon, type_);
        at::Tensor gate = affine(h, layer.wi0);
        at::gelu_(gate, "tanh");
        x.add_(affine(gate.mul_(affine(h, layer.wi1)), layer.wo));
    }
    return rmsNorm(x, finalNorm_, config_.epsilon, at::kFloat);
}

namespace {

template <typename Layers, typename Visit>
void visitTensors(const Layers& layers, const Visit& visit) {
    for (const auto& l : layers)
        for (const at::Tensor* t :
             {&l.attentionNorm, &l.q, &l.k, &l.v, &l.o, &l.feedForwardNorm, &l.wi0, &l.wi1, &l.wo})
            visit(*t);
}

} // namespace

std::int64_t T5Encoder::parameters() const {
    std::int64_t sum = embedding_.numel() + positionBias_.numel() + finalNorm_.numel();
    visitTensors(layers_, [&](const at::Tensor& t) { sum += t.numel(); });
    return sum;
}

std::int64_t T5Encoder::weightBytes() const {
    auto sum = std::int64_t(embedding_.nbytes() + positionBias_.nbytes() + finalNorm_.nbytes());
    visitTensors(layers_, [&](const at::Tensor& t) { sum += std::int64_t(t.nbytes()); });
    return sum;
}

} // namespace scalekv
