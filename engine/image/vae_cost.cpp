#include "engine/image/vae_cost.h"

#include <algorithm>

namespace scalekv {
namespace {

using vae::Half;
using vae::Layer;
using vae::Step;

std::int64_t positions(const Step& step, MapSize latent) {
    return latent.tokens() * step.zoom * step.zoom;
}

/// Numbers alive at once in a step of the decoder, as vae_layers.cpp computes it.
std::int64_t numbersAlive(const Step& step, MapSize latent) {
    const std::int64_t size = positions(step, latent);
    switch (step.kind) {
    case Step::Kind::Residual:
        // Its input (or, where channels change, the shortcut beside it), the normalised copy and a
        // convolution's result.
        return size * std::max(step.in == step.out ? 3 * step.out : 2 * step.in + step.out, 3 * step.out);
    case Step::Kind::Upsample:
        // The enlarged map, the one it is made of, and one phase of the result.
        return size * step.out + 2 * (size / 4) * step.out;
    default:
        return size * (step.in + step.out);
    }
}

} // namespace

double decodeFlops(const VaeShape& shape, MapSize latent) {
    double flops = 0;
    for (const Step& step : vae::stepsOf(Half::Decoder, shape))
        for (const Layer& layer : step.layers())
            flops += 2.0 * static_cast<double>(positions(step, latent)) *
                     static_cast<double>(layer.in * layer.out * layer.kernel * layer.kernel);
    return flops;
}

std::int64_t decodeBytes(const VaeShape& shape, MapSize latent, std::int64_t element) {
    std::int64_t most = 0;
    for (const Step& step : vae::stepsOf(Half::Decoder, shape))
        most = std::max(most, numbersAlive(step, latent) * element);
    return most;
}

std::int64_t largestConvolved(const VaeShape& shape, MapSize latent) {
    std::int64_t most = 0;
    for (const Step& step : vae::stepsOf(Half::Decoder, shape))
        for (const Layer& layer : step.layers())
            if (!layer.isNorm())
                // What is enlarged is convolved before it is: see vae::Upsample.
                most = std::max(most, positions(step, latent) / (step.kind == Step::Kind::Upsample ? 4 : 1) *
                                          layer.in);
    return most;
}

std::int64_t vae::parametersOf(const std::vector<Step>& steps) {
    std::int64_t sum = 0;
    for (const Step& step : steps)
        for (const Layer& layer : step.layers())
            sum +=
                (layer.isNorm() ? layer.out : layer.in * layer.out * layer.kernel * layer.kernel) + layer.out;
    return sum;
}

} // namespace scalekv
