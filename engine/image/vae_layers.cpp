#include "engine/image/vae_layers.h"

#include "scalekv/error.h"

#include <ATen/ATen.h>

namespace scalekv::vae {
namespace {

constexpr double kNormEpsilon = 1e-6;

} // namespace

Loader::Loader(Weights weights, VaeNames names, std::optional<int> normGroups)
    : weights_(std::move(weights)), names_(std::move(names)), normGroups_(normGroups) {}

at::Tensor Loader::convWeight(const std::string& module, at::IntArrayRef shape) {
    const std::string name = names_.conv(module, ".weight");
    const at::Tensor weight = weights_.take(name, shape);
    parameters_ += weight.numel();
    // Otherwise every call would bring the kernel into this layout again.
    at::Tensor packed = weight.contiguous(at::MemoryFormat::ChannelsLast);
    if (!packed.is_alias_of(weight))
        weights_.checkpoint().forget(name);
    return packed;
}

at::Tensor Loader::convBias(const std::string& module, std::int64_t channels) {
    at::Tensor bias = weights_.take(names_.conv(module, ".bias"), {channels});
    parameters_ += channels;
    keep(bias);
    return bias;
}

at::Tensor Loader::normWeight(const std::string& module, const char* leaf, std::int64_t channels) {
    at::Tensor weight = weights_.takeFloat(names_.norm(module, leaf), {channels});
    parameters_ += channels;
    keep(weight);
    return weight;
}

std::int64_t Loader::normGroups(const std::string& module, std::int64_t channels) const {
    if (normGroups_) {
        if (*normGroups_ < 1 || channels % *normGroups_ != 0)
            throw Error(names_.file() + ": the " + std::to_string(channels) + " channels of " + module +
                        " do not divide into the " + std::to_string(*normGroups_) +
                        " norm groups that the model's settings ask for.");
        return *normGroups_;
    }
    for (const std::int64_t groups : {32, 24})
        if (channels % groups == 0)
            return groups;
    throw Error(names_.file() + ": the " + std::to_string(channels) + " channels of " + module +
                " divide neither into 32 nor into 24 norm groups; the model's settings must say how many.");
}

Conv::Conv(Loader& loader, const std::string& module, std::int64_t in, std::int64_t out, std::int64_t kernel)
    : weight_(loader.convWeight(module, {out, in, kernel, kernel})), bias_(loader.convBias(module, out)) {
    loader.keep(weight_);
}

at::Tensor Conv::operator()(const at::Tensor& x) const {
    return at::conv2d(x, weight_, bias_, 1, weight_.size(2) / 2);
}

NormSwish::NormSwish(Loader& loader, const std::string& module, std::int64_t channels)
    : weight_(loader.normWeight(module, ".weight", channels)),
      bias_(loader.normWeight(module, ".bias", channels)), groups_(loader.normGroups(module, channels)) {}

at::Tensor NormSwish::operator()(at::Tensor x) const {
    at::Tensor h = std::get<0>(at::native_group_norm(x, weight_, bias_, x.size(0), x.size(1),
                                                     x.size(2) * x.size(3), groups_, kNormEpsilon));
    return at::silu_(h);
}

ResidualBlock::ResidualBlock(Loader& loader, const std::string& module, std::int64_t in, std::int64_t out)
    : norm1_(loader, module + ".norm1", in), conv1_(loader, module + ".conv1", in, out, 3),
      norm2_(loader, module + ".norm2", out), conv2_(loader, module + ".conv2", out, out, 3) {
    if (in != out)
        shortcut_.emplace(loader, module + ".nin_shortcut", in, out, 1);
}

at::Tensor ResidualBlock::operator()(at::Tensor x) const {
    at::Tensor residual = shortcut_ ? (*shortcut_)(x) : x;
    at::Tensor h = norm1_(std::move(x));
    h = conv1_(h);
    h = norm2_(std::move(h));
    h = conv2_(h);
    return h.add_(residual);
}

Upsample::Upsample(Loader& loader, const std::string& module, std::int64_t channels)
    : bias_(loader.convBias(module, channels)) {
    const at::Tensor kernel = loader.convWeight(module, {channels, channels, 3, 3});
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

Downsample::Downsample(Loader& loader, const std::string& module, std::int64_t channels)
    : weight_(loader.convWeight(module, {channels, channels, 3, 3})),
      bias_(loader.convBias(module, channels)) {
    loader.keep(weight_);
}

at::Tensor Downsample::operator()(at::Tensor x) const {
    x = at::constant_pad_nd(x, {0, 1, 0, 1});
    return at::conv2d(x, weight_, bias_, 2);
}

} // namespace scalekv::vae
