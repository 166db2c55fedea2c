#include "engine/image/bsq.h"

#include "scalekv/error.h"

#include <ATen/ATen.h>

#include <cmath>

namespace scalekv::bsq {

at::Tensor codesFromBits(const at::Tensor& bits) {
    const double scale = 1.0 / std::sqrt(double(bits.size(-1)));
    return bits.permute({0, 3, 1, 2}).to(at::kFloat).mul_(2 * scale).sub_(scale).contiguous();
}

at::Tensor resize(const at::Tensor& codes, MapSize size) {
    if (codes.size(2) == size.height && codes.size(3) == size.width)
        return codes;
    return at::upsample_bilinear2d(codes, {size.height, size.width}, false);
}

Quantized quantize(const at::Tensor& latent, const ScaleSchedule& schedule) {
    const MapSize full{int(latent.size(2)), int(latent.size(3))};
    if (schedule.empty() || !(schedule.back() == full))
        throw Error("A latent of " + std::to_string(full.height) + " × " + std::to_string(full.width) +
                    " does not fit the scale schedule.");
    const double scale = 1.0 / std::sqrt(double(latent.size(1)));

    at::Tensor residual = latent.to(at::kFloat);
    Quantized result;
    result.sum = at::zeros_like(residual);
    for (const MapSize& map : schedule) {
        const at::Tensor small =
            map == full ? residual : at::adaptive_avg_pool2d(residual, {map.height, map.width});
        const at::Tensor unit = small / at::linalg_vector_norm(small, 2, 1, true).clamp_min_(1e-12);
        const at::Tensor sign = at::where(unit > 0, scale, -scale).to(at::kFloat);
        // Written as the released code's straight-through estimator, whose rounding decides near ties later.
        const at::Tensor code = unit + (sign - unit);
        result.bits.push_back((code > 0).permute({0, 2, 3, 1}).to(at::kByte).contiguous());
        const at::Tensor up = resize(code, full);
        residual = residual - up;
        result.sum += up;
    }
    return result;
}

} // namespace scalekv::bsq
