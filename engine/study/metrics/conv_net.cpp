#include "engine/study/metrics/conv_net.h"

#include <ATen/ATen.h>

namespace scalekv {
namespace {

at::Tensor apply(const Convolution& layer, const at::Tensor& x) {
    return at::conv2d(x, layer.weight, layer.bias, layer.stride, layer.padding).relu_();
}

at::Tensor pooled(Pool pool, const at::Tensor& x) {
    switch (pool) {
    case Pool::None:
        return x;
    case Pool::Max:
        return at::max_pool2d(x, 3, 2);
    case Pool::MaxPartial:
        return at::max_pool2d(x, 3, 2, 0, 1, true);
    case Pool::MaxHalving:
        return at::max_pool2d(x, 2, 2);
    case Pool::MaxAround:
        return at::max_pool2d(x, 3, 1, 1);
    case Pool::AverageAround:
        return at::avg_pool2d(x, 3, 1, 1, false, false);
    }
    return x;
}

at::Tensor joined(const std::vector<at::Tensor>& parts) {
    return parts.size() == 1 ? parts.front() : at::cat(parts, 1);
}

} // namespace

at::Tensor run(const Block& block, const at::Tensor& x) {
    std::vector<at::Tensor> parts;
    for (const Branch& branch : block) {
        at::Tensor y = pooled(branch.pool, x);
        for (const Convolution& layer : branch.chain)
            y = apply(layer, y);
        for (const Convolution& layer : branch.ends)
            parts.push_back(apply(layer, y));
        if (branch.ends.empty())
            parts.push_back(y);
    }
    return joined(parts);
}

Convolution readConvolution(Weights& weights, const std::string& name, const ConvolutionShape& shape) {
    return {weights.take(name + ".weight", {shape.out, shape.in, shape.kernel[0], shape.kernel[1]}),
            weights.take(name + ".bias", {shape.out}), shape.stride, shape.padding};
}

Convolution readNormalised(Weights& weights, const std::string& name, const ConvolutionShape& shape) {
    constexpr double kEpsilon = 0.001;
    const auto figure = [&](const char* what) {
        return weights.take(name + ".bn." + what, {shape.out}).to(at::kDouble);
    };
    const at::Tensor factor = figure("weight").div_(figure("running_var").add_(kEpsilon).sqrt_());
    const at::Tensor bias = figure("bias").sub_(figure("running_mean").mul_(factor));
    const at::Tensor plain =
        weights.take(name + ".conv.weight", {shape.out, shape.in, shape.kernel[0], shape.kernel[1]});
    return {plain.to(at::kDouble).mul_(factor.view({-1, 1, 1, 1})).to(at::kFloat), bias.to(at::kFloat),
            shape.stride, shape.padding};
}

} // namespace scalekv
