#pragma once

#include "engine/model/attention.h"
#include "engine/model/rotary.h"

#include <ATen/core/Tensor.h>

/// What a transformer layer does between its matrix products, each in one pass over memory on the CPU and
/// elsewhere with as few of LibTorch's operators as will do (elementwise_portable.h). The residual stream x
/// is fp32; `type` is the compute type (fp32 or bf16).
namespace scalekv {

constexpr double kLayerNormEpsilon = 1e-6;

/// layerNorm(x) · gain + shift in the compute type. x [S, L, C] fp32; gain, shift [S, C] or [1, C] fp32, rows
/// contiguous → [S, L, C].
at::Tensor normalizeLayer(const at::Tensor& x, const at::Tensor& gain, const at::Tensor& shift,
                          at::ScalarType type);

/// x += y · gain. x [S, L, C] fp32, y [S, L, C] compute type, gain [S, C] or [1, C] fp32.
void addScaled(at::Tensor& x, const at::Tensor& y, const at::Tensor& gain);

/// gelu (tanh form) in place.
void geluInPlace(at::Tensor& x);

/// Splits the fused projection qkv [S, L, 3, H, D]: q and k are L2-normalised, q multiplied by headScale [H]
/// (fp32), both rotated; v is copied. Returns queries [S, H, L, D]; keys and values go to `target` (views [S,
/// H, L, D] into the cache).
at::Tensor splitQkv(const at::Tensor& qkv, const at::Tensor& headScale, const RotaryAngles& angles,
                    KeyValues& target);

} // namespace scalekv
