#include "engine/image/vae_layers.h"

#include "engine/image/group_norm.h"
#include "scalekv/error.h"

#include <ATen/ATen.h>

namespace scalekv::vae {
namespace {

constexpr double kNormEpsilon = 1e-6;

} // namespace

Loader::Loader(Weights weights, VaeNames names, std::optional<int> normGroups)
    : weights_(std::move(weights)), names_(std::move(names)), normGroups_(normGroups) {}

at::Tensor Loader::convWeight(const Layer& conv) {
    const std::string name = names_.conv(conv.module, ".weight");
    const at::Tensor weight = weights_.take(name, {conv.out, conv.in, conv.kernel, conv.kernel});
    // Otherwise every call would bring the kernel into this layout again.
    at::Tensor packed = weight.contiguous(at::MemoryFormat::ChannelsLast);
    if (!packed.is_alias_of(weight))
        weights_.checkpoint().forget(name);
    return packed;
}

at::Tensor Loader::convBias(const Layer& conv) {
    at::Tensor bias = weights_.take(names_.conv(conv.module, ".bias"), {conv.out});
    keep(bias);
    return bias;
}

at::Tensor Loader::normWeight(const Layer& norm, const char* leaf) {
    at::Tensor weight = weights_.takeFloat(names_.norm(norm.module, leaf), {norm.out});
    keep(weight);
    return weight;
}

std::int64_t Loader::normGroups(const Layer& norm) const {
    if (normGroups_) {
        if (*normGroups_ < 1 || norm.out % *normGroups_ != 0)
            throw Error(names_.file() + ": the " + std::to_string(norm.out) + " channels of " + norm.module +
                        " do not divide into the " + std::to_string(*normGroups_) +
                        " norm groups that the model's settings ask for.");
        return *normGroups_;
    }
    for (const std::int64_t groups : {32, 24})
        if (norm.out % groups == 0)
            return groups;
    throw Error(names_.file() + ": the " + std::to_string(norm.out) + " channels of " + norm.module +
                " divide neither into 32 nor into 24 norm groups; the model's settings must say how many.");
}

Conv::Conv(Loader& loader, const Layer& layer)
    : weight_(loader.convWeight(layer)), bias_(loader.convBias(layer)) {
    loader.keep(weight_);
}

at::Tensor Conv::operator()(const at::Tensor& x) const {
    return at::conv2d(x, weight_, bias_, 1, weight_.size(2) / 2);
}

NormSwish::NormSwish(Loader& loader, const Layer& layer)
    : weight_(loader.normWeight(layer, ".weight")), bias_(loader.normWeight(layer, ".bias")),
      groups_(loader.normGroups(layer)) {}

// By value: a map goes as soon as it was read.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
at::Tensor NormSwish::operator()(at::Tensor x) const {
    if (x.is_cpu())
        return groupNormSwish(x, weight_, bias_, groups_, kNormEpsilon);
    at::Tensor h = groupNormPortable(x, weight_, bias_, groups_, kNormEpsilon);
    return at::silu_(h);
}

ResidualBlock::ResidualBlock(Loader& loader, const ResidualLayers& layers)
    : norm1_(loader, layers.norm1), conv1_(loader, layers.conv1), norm2_(loader, layers.norm2),
      conv2_(loader, layers.conv2) {
    if (layers.shortcut)
        shortcut_.emplace(loader, *layers.shortcut);
}

at::Tensor ResidualBlock::operator()(at::Tensor x) const {
    at::Tensor residual = shortcut_ ? (*shortcut_)(x) : x;
    at::Tensor h = norm1_(std::move(x));
    h = conv1_(h);
    h = norm2_(std::move(h));
    h = conv2_(h);
    return h.add_(residual);
}

Upsample::Upsample(Loader& loader, const Layer& layer) : bias_(loader.convBias(layer)) {
    const at::Tensor kernel = loader.convWeight(layer);
    // Output row 2y sees input rows y−1, y, y; row 2y+1 sees y, y, y+1. Columns alike. Summed in fp32.
    const auto fold = [](const at::Tensor& w, std::int64_t dim, int phase) {
        const auto tap = [&](std::int64_t n) { return w.narrow(dim, n, 1); };
        return phase == 0 ? at::cat({tap(0), tap(1) + tap(2)}, dim) : at::cat({tap(0) + tap(1), tap(2)}, dim);
    };
    for (int phase = 0; phase < 4; ++phase) {
        phases_[std::size_t(phase)] = fold(fold(kernel.to(at::kFloat), 2, phase / 2), 3, phase % 2)
                                          .to(kernel.scalar_type())
                                          .contiguous(at::MemoryFormat::ChannelsLast);
        loader.keep(phases_[std::size_t(phase)]);
    }
}

// By value: a map goes as soon as it was read.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
at::Tensor Upsample::operator()(at::Tensor x) const {
    const std::int64_t height = x.size(2), width = x.size(3);
    at::Tensor up = at::empty({x.size(0), x.size(1), 2 * height, 2 * width},
                              x.options().memory_format(at::MemoryFormat::ChannelsLast));
    for (std::int64_t phase = 0; phase < 4; ++phase) {
        const std::int64_t row = phase / 2, column = phase % 2;
        // Padding on all sides gives one row and column too many; the phase says which end is not wanted.
        const at::Tensor part = at::conv2d(x, phases_[std::size_t(phase)], bias_, 1, 1)
                                    .narrow(2, row, height)
                                    .narrow(3, column, width);
        up.slice(2, row, std::nullopt, 2).slice(3, column, std::nullopt, 2).copy_(part);
    }
    return up;
}

Downsample::Downsample(Loader& loader, const Layer& layer)
    : weight_(loader.convWeight(layer)), bias_(loader.convBias(layer)) {
    loader.keep(weight_);
}

at::Tensor Downsample::operator()(at::Tensor x) const {
    x = at::constant_pad_nd(x, {0, 1, 0, 1});
    return at::conv2d(x, weight_, bias_, 2);
}

} // namespace scalekv::vae
