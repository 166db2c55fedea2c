#pragma once

#include "engine/model/attention.h"
#include "engine/model/rotary.h"

#include <ATen/core/Tensor.h>

/// What a transformer layer does between its matrix products, each in one pass over memory on the CPU and
/// with LibTorch's operators elsewhere. The residual stream x is fp32; `type` is the compute type (fp32 or
/// bf16).
namespace scalekv {

/// layerNorm(x) · gain + shift in the compute type. x [S, L, C] fp32; gain, shift [S, C] or [1, C] fp32 → [S,
/// L, C].
at::Tensor normalizeLayer(const at::Tensor& x, const at::Tensor& gain, const at::Tensor& shift,
                          at::ScalarType type);

/// x += y · gain. x [S, L, C] fp32, y [S, L, C] compute type, gain [S, C] or [1, C] fp32.
void addScaled(at::Tensor& x, const at::Tensor& y, const at::Tensor& gain);

/// gelu (tanh form) in place.
void geluInPlace(at::Tensor& x);

/// Splits the fused projection qkv [S, L, 3, H, D]: q and k are L2-normalised, q multiplied by headScale [H]
/// (fp32), both rotated; v is copied. Results go to queries [S, H, L, D] and to `target` (views [S, H, L, D]
/// into the cache).
void splitQkv(const at::Tensor& qkv, const at::Tensor& headScale, const RotaryAngles& angles,
              at::Tensor& queries, KeyValues& target);

} // namespace scalekv
