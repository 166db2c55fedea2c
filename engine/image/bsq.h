#pragma once

#include "scalekv/scale_schedule.h"

#include <ATen/core/Tensor.h>

#include <vector>

/// Binary spherical quantisation (Zhao et al. 2024) over several scales, as Infinity uses it. All in fp32.
namespace scalekv::bsq {

/// bits [B, h, w, d] (0/1, any integer type) → codes ±1/√d, [B, d, h, w] fp32.
at::Tensor codesFromBits(const at::Tensor& bits);

/// Bilinear, no aligned corners (the released code's "trilinear" over one frame): [B, d, h, w] → [B, d,
/// size].
at::Tensor resize(const at::Tensor& codes, MapSize size);

/// What encoding a latent gives.
struct Quantized {
    std::vector<at::Tensor> bits; ///< a scale: [B, h, w, d] uint8
    at::Tensor sum;               ///< [B, d, H, W]: the sum of up-sampled codes, what the decoder gets
};

/// latent [B, d, H, W] → bits of every scale, by the residual loop (released code): area-downsample the
/// residual, normalise, take signs, upsample, subtract. `schedule` is the VAE's own (its last map is H×W).
Quantized quantize(const at::Tensor& latent, const ScaleSchedule& schedule);

} // namespace scalekv::bsq
