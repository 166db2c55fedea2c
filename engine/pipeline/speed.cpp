#include "engine/pipeline/speed.h"

#include "engine/device/products.h"
#include "engine/model/attention.h"
#include "engine/model/stage_clock.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <limits>

namespace scalekv {
namespace {

/// The best of three, after one that warms up.
double bestSeconds(const std::function<void()>& work) {
    constexpr int kTries = 3;
    work();
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < kTries; ++i) {
        const double start = monotonicSeconds();
        work();
        best = std::min(best, monotonicSeconds() - start);
    }
    return std::max(best, 1e-9);
}

} // namespace

MachineSpeed measureSpeed(at::ScalarType type, at::Device device) {
    MachineSpeed speed;
    // A GPU's calls return before the work is done: there the first generation has to teach.
    if (!device.is_cpu())
        return {.linear = 2e13, .attention = 1e13, .convolution = 1e13, .layerSeconds = 1e-3};
    constexpr std::int64_t kSide = 512, kChannels = 64, kPixels = 64, kTokens = 256, kKeys = 512, kHead = 64;
    const at::TensorOptions options = at::TensorOptions().dtype(type);
    const at::Tensor square = at::ones({kSide, kSide}, options);
    speed.linear = 2.0 * kSide * kSide * kSide / bestSeconds([&] { (void)affine(square, square); });
    const at::TensorOptions ofPictures = options.dtype(convolutionType(type, device));
    const at::Tensor picture = at::ones({1, kChannels, kPixels, kPixels}, ofPictures);
    const at::Tensor kernel = at::ones({kChannels, kChannels, 3, 3}, ofPictures);
    speed.convolution = 2.0 * 9 * kPixels * kPixels * kChannels * kChannels /
                        bestSeconds([&] { (void)at::conv2d(picture, kernel, {}, 1, 1); });
    const at::Tensor queries = at::ones({2, 4, kTokens, kHead}, options);
    const KeyValues history{at::ones({2, 4, kKeys, kHead}, options), at::ones({2, 4, kKeys, kHead}, options)};
    at::Tensor seen = at::empty({2, kTokens, 4, kHead}, options);
    speed.attention = 4.0 * 2 * 4 * kTokens * kKeys * kHead /
                      bestSeconds([&] { attention(queries, std::span(&history, 1), 1.0, seen); });
    // A layer is some thirty calls of about this size.
    constexpr int kCalls = 30;
    const at::Tensor row = at::ones({2, kSide}, options);
    speed.layerSeconds = kCalls * bestSeconds([&] { (void)affine(row, square); });
    return speed;
}

} // namespace scalekv
