#include "engine/pipeline/work_estimate.h"

namespace scalekv {

LayerFlops layerFlops(const TransformerShape& shape, std::int64_t sequences, std::int64_t tokens,
                      std::int64_t keys, std::int64_t textTokens) {
    const double rows = static_cast<double>(sequences) * static_cast<double>(tokens);
    const double c = static_cast<double>(shape.width);
    LayerFlops flops;
    // qkv and output of self attention; query and output of cross attention; both halves of the feed forward.
    flops.linear = 2 * rows * (4 * c * c + 2 * c * c + 2 * c * static_cast<double>(shape.feedForward));
    flops.attention = 4 * rows * c * static_cast<double>(keys + textTokens);
    return flops;
}

std::int64_t averageKeys(const CachePlan& plan, std::int64_t scale) {
    std::int64_t history = 0;
    for (std::int64_t layer = 0; layer < plan.layers(); ++layer)
        history += plan.history(scale, layer);
    return history / plan.layers() + plan.schedule()[std::size_t(scale)].tokens();
}

double decodeFlops(const VaeShape& shape, MapSize latent) {
    const auto conv = [](double pixels, double in, double out, double side) {
        return 2 * pixels * in * out * side * side;
    };
    const auto channels = [&](std::size_t level) {
        return static_cast<double>(shape.baseChannels * shape.decoderMultipliers[level]);
    };
    const std::size_t last = shape.decoderMultipliers.size() - 1;
    double pixels = static_cast<double>(latent.tokens());
    double flops = conv(pixels, static_cast<double>(shape.bits), channels(last), 3) +
                   4 * conv(pixels, channels(last), channels(last), 3);
    for (std::size_t level = last + 1; level-- > 0;) {
        const double in = channels(level == last ? last : level + 1);
        const double out = channels(level);
        constexpr int kBlocks = 3;
        flops += conv(pixels, in, out, 3) + (2 * kBlocks - 1) * conv(pixels, out, out, 3) +
                 (in != out ? conv(pixels, in, out, 1) : 0);
        if (level > 0) {
            pixels *= 4;
            flops += conv(pixels, out, out, 3);
        }
    }
    return flops + conv(pixels, channels(0), 3, 3);
}

} // namespace scalekv
