#pragma once

#include "engine/model/elementwise.h"

/// The functions of elementwise.h for any device, made of LibTorch's operators. Every operator is a launch
/// and a pass over memory on a GPU, so they are chosen to be few.
namespace scalekv {

at::Tensor normalizeLayerPortable(const at::Tensor& x, const at::Tensor& gain, const at::Tensor& shift,
                                  at::ScalarType type);
void addScaledPortable(at::Tensor& x, const at::Tensor& y, const at::Tensor& gain);
at::Tensor splitQkvPortable(const at::Tensor& qkv, const at::Tensor& headScale, const RotaryAngles& angles,
                            KeyValues& target);

} // namespace scalekv
