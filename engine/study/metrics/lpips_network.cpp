#include "engine/study/metrics/lpips_network.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <span>

namespace scalekv {
namespace {

/// A line of torchvision's `features`, by its index there.
struct Line {
    enum Kind { Conv, Fire, PoolHalf, PoolMax, PoolPart } kind;
    int index = 0;
    std::int64_t in = 0, out = 0; ///< of a fire: out of its 1 × 1, which squeezes
    std::int64_t kernel = 3, stride = 1, padding = 1;
    std::int64_t expanded = 0; ///< a fire: channels of each of its two ends
    bool look = false;         ///< LPIPS looks at what comes out
};

Line conv(int index, std::int64_t in, std::int64_t out, bool look = false) {
    return {.kind = Line::Conv, .index = index, .in = in, .out = out, .look = look};
}
Line fire(int index, std::int64_t in, std::int64_t squeezed, std::int64_t expanded, bool look = false) {
    return {
        .kind = Line::Fire, .index = index, .in = in, .out = squeezed, .expanded = expanded, .look = look};
}
Line pool(Line::Kind kind) {
    return {.kind = kind};
}

std::vector<Line> linesOf(LpipsNet net) {
    switch (net) {
    case LpipsNet::Alex: {
        Line first = conv(0, 3, 64, true), second = conv(3, 64, 192, true);
        first.kernel = 11, first.stride = 4, first.padding = 2;
        second.kernel = 5, second.padding = 2;
        return {first,
                pool(Line::PoolMax),
                second,
                pool(Line::PoolMax),
                conv(6, 192, 384, true),
                conv(8, 384, 256, true),
                conv(10, 256, 256, true)};
    }
    case LpipsNet::Vgg:
        return {conv(0, 3, 64),           conv(2, 64, 64, true), pool(Line::PoolHalf), conv(5, 64, 128),
                conv(7, 128, 128, true),  pool(Line::PoolHalf),  conv(10, 128, 256),   conv(12, 256, 256),
                conv(14, 256, 256, true), pool(Line::PoolHalf),  conv(17, 256, 512),   conv(19, 512, 512),
                conv(21, 512, 512, true), pool(Line::PoolHalf),  conv(24, 512, 512),   conv(26, 512, 512),
                conv(28, 512, 512, true)};
    case LpipsNet::Squeeze: {
        Line first = conv(0, 3, 64, true);
        first.stride = 2, first.padding = 0;
        return {first,
                pool(Line::PoolPart),
                fire(3, 64, 16, 64),
                fire(4, 128, 16, 64, true),
                pool(Line::PoolPart),
                fire(6, 128, 32, 128),
                fire(7, 256, 32, 128, true),
                pool(Line::PoolPart),
                fire(9, 256, 48, 192, true),
                fire(10, 384, 48, 192, true),
                fire(11, 384, 64, 256, true),
                fire(12, 512, 64, 256, true)};
    }
    }
    return {};
}

std::int64_t channelsOf(const Line& line) {
    return line.kind == Line::Fire ? 2 * line.expanded : line.out;
}

std::vector<std::int64_t> headChannels(LpipsNet net) {
    std::vector<std::int64_t> channels;
    for (const Line& line : linesOf(net))
        if (line.look)
            channels.push_back(channelsOf(line));
    return channels;
}

std::string headName(std::size_t n) {
    return "lin" + std::to_string(n) + ".model.1.weight";
}

bool hasShape(const Checkpoint& checkpoint, const std::string& name, const std::vector<std::int64_t>& shape) {
    const auto found = checkpoint.tensors().find(name);
    return found != checkpoint.tensors().end() && found->second.shape == shape;
}

Block blockOf(Weights& weights, const Line& line) {
    const std::string name = "features." + std::to_string(line.index);
    switch (line.kind) {
    case Line::PoolHalf:
        return {Branch{Pool::MaxHalving}};
    case Line::PoolMax:
        return {Branch{Pool::Max}};
    case Line::PoolPart:
        return {Branch{Pool::MaxPartial}};
    case Line::Conv:
        return {Branch{Pool::None,
                       {readConvolution(weights, name,
                                        {line.in,
                                         line.out,
                                         {line.kernel, line.kernel},
                                         line.stride,
                                         {line.padding, line.padding}})}}};
    case Line::Fire:
        return {Branch{
            Pool::None,
            {readConvolution(weights, name + ".squeeze", {line.in, line.out})},
            {readConvolution(weights, name + ".expand1x1", {line.out, line.expanded}),
             readConvolution(weights, name + ".expand3x3", {line.out, line.expanded, {3, 3}, 1, {1, 1}})}}};
    }
    return {};
}

/// [1, 3, 1, 1]
at::Tensor channelValues(std::array<float, 3> values, const at::Tensor& like) {
    return at::tensor(at::ArrayRef<float>(values)).view({1, 3, 1, 1}).to(like.device());
}

} // namespace

bool looksLikeTrunk(const Checkpoint& checkpoint, LpipsNet net) {
    switch (net) {
    case LpipsNet::Alex:
        return hasShape(checkpoint, "features.0.weight", {64, 3, 11, 11});
    case LpipsNet::Vgg: // VGG19 and those with batch normalisation have other layers at these places
        return hasShape(checkpoint, "features.0.weight", {64, 3, 3, 3}) &&
               hasShape(checkpoint, "features.2.weight", {64, 64, 3, 3}) &&
               hasShape(checkpoint, "features.28.weight", {512, 512, 3, 3}) &&
               !checkpoint.contains("features.16.weight");
    case LpipsNet::Squeeze: // version 1.1
        return hasShape(checkpoint, "features.0.weight", {64, 3, 3, 3}) &&
               checkpoint.contains("features.3.squeeze.weight");
    }
    return false;
}

bool looksLikeHeads(const Checkpoint& checkpoint, LpipsNet net) {
    const std::vector<std::int64_t> channels = headChannels(net);
    for (std::size_t n = 0; n < 2; ++n)
        if (!hasShape(checkpoint, headName(n), {1, channels[n], 1, 1}))
            return false;
    // VGG's and SqueezeNet's begin alike.
    const bool seven = checkpoint.contains(headName(6));
    return seven == (channels.size() == 7);
}

LpipsNetwork readLpips(LpipsNet net, const Checkpoint& trunk, const Checkpoint& heads, at::Device device) {
    Weights weights(trunk, at::kFloat, device);
    LpipsNetwork network;
    network.stages.emplace_back();
    for (const Line& line : linesOf(net)) {
        network.stages.back().push_back(blockOf(weights, line));
        if (line.look)
            network.stages.emplace_back();
    }
    network.stages.pop_back(); // nets end where LPIPS looks
    Weights headWeights(heads, at::kFloat, device);
    for (const std::int64_t channels : headChannels(net))
        network.heads.push_back(
            headWeights.take(headName(network.heads.size()), {1, channels, 1, 1}).view({channels, 1, 1}));
    return network;
}

at::Tensor lpipsInput(const at::Tensor& x) {
    constexpr std::array shift{-0.030F, -0.088F, -0.188F}, scale{0.458F, 0.448F, 0.450F};
    return x.sub(channelValues(shift, x)).div_(channelValues(scale, x));
}

at::Tensor lpipsLayer(const at::Tensor& a, const at::Tensor& b, const at::Tensor& head) {
    constexpr double kEpsilon = 1e-8;
    constexpr std::int64_t kNumbersAtOnce = std::int64_t(1)
                                            << 22; // of each map: 16 MiB, where a map may be 256
    const std::int64_t height = a.size(2);
    const std::int64_t rows =
        std::clamp(kNumbersAtOnce / std::max<std::int64_t>(a.numel() / height, 1), std::int64_t(1), height);
    const auto unit = [](const at::Tensor& x) {
        return x.div(x.square().sum(1, true).add_(kEpsilon).sqrt_());
    };
    at::Tensor sum = at::zeros({}, a.options().dtype(at::kDouble));
    for (std::int64_t row = 0; row < height; row += rows) {
        const std::int64_t count = std::min(rows, height - row);
        const at::Tensor difference = unit(a.narrow(2, row, count)).sub_(unit(b.narrow(2, row, count)));
        sum.add_(difference.square_().mul_(head).sum(at::kDouble));
    }
    return sum.div_(double(height * a.size(3)));
}

} // namespace scalekv
