#pragma once

#include <ATen/core/Tensor.h>

namespace scalekv {

/// x [..., in] · weightᵀ [out, in] + bias [out] (or none) → [..., out] in x's type, which is the weights',
/// too. bf16 goes through fp32 on a processor that does not multiply it.
at::Tensor affine(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});

/// The same by widening: the weights block by block, so that they are read once, as bf16, and never lie in
/// memory as fp32; sums are fp32, and rounded once.
at::Tensor affineWidened(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});

/// What convolutions are computed in where everything else is in `type`: activations outweigh the kernels, so
/// that a processor without bf16 products does best with fp32 from end to end.
at::ScalarType convolutionType(at::ScalarType type, at::Device device);

} // namespace scalekv
