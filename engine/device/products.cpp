#include "engine/device/products.h"

#include "engine/device/cpu_bfloat16.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace scalekv {
namespace {

constexpr std::int64_t kBlockWeights = 1 << 20; // 4 MiB as fp32: about what a core's caches hold
constexpr std::int64_t kBlockRows = 1024; // so many that widening the weights again costs nothing beside

bool isBFloat16OnCpu(at::ScalarType type, at::Device device) {
    return device.is_cpu() && type == at::kBFloat16;
}

} // namespace

at::Tensor affine(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    if (isBFloat16OnCpu(weight.scalar_type(), weight.device()) && !cpuMultipliesBFloat16())
        return affineWidened(x, weight, bias);
    return bias.defined() ? at::linear(x, weight, bias) : at::linear(x, weight);
}

at::Tensor affineWidened(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    const std::int64_t in = weight.size(1), out = weight.size(0);
    const at::Tensor rows = x.reshape({-1, in});
    at::Tensor result = at::empty({rows.size(0), out}, x.options());
    const std::int64_t block = std::clamp<std::int64_t>(kBlockWeights / in, 1, out);
    const at::Tensor wide = at::empty({block, in}, at::kFloat);
    for (std::int64_t top = 0; top < rows.size(0); top += kBlockRows) {
        const std::int64_t height = std::min(kBlockRows, rows.size(0) - top);
        const at::Tensor inputs = rows.narrow(0, top, height).to(at::kFloat);
        const at::Tensor results = result.narrow(0, top, height);
        for (std::int64_t first = 0; first < out; first += block) {
            const std::int64_t count = std::min(block, out - first);
            const at::Tensor weights = wide.narrow(0, 0, count).copy_(weight.narrow(0, first, count)).t();
            results.narrow(1, first, count)
                .copy_(bias.defined()
                           ? at::addmm(bias.narrow(0, first, count).to(at::kFloat), inputs, weights)
                           : at::mm(inputs, weights));
        }
    }
    std::vector<std::int64_t> sizes = x.sizes().vec();
    sizes.back() = out;
    return result.view(sizes);
}

at::ScalarType convolutionType(at::ScalarType type, at::Device device) {
    return isBFloat16OnCpu(type, device) && !cpuMultipliesBFloat16() ? at::kFloat : type;
}

} // namespace scalekv
