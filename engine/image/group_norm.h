#pragma once

#include <ATen/core/Tensor.h>

namespace scalekv::vae {

/// Group normalisation (Wu & He 2018) on the CPU: x [B, C, H, W] in channels-last order, fp32 or bf16; weight
/// and bias [C] fp32 → the same shape, type and order. Sums are made over blocks of a fixed size and added in
/// their order, so that a picture is the same to the bit on any number of threads; LibTorch's own adds up one
/// sum a thread.
at::Tensor groupNorm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                     std::int64_t groups, double epsilon);

/// The same in LibTorch's operators, in the order of memory and the type that x has (CUDA's own takes neither
/// channels-last nor bf16 with fp32 weights): statistics in fp32, from sums over channels.
at::Tensor groupNormPortable(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                             std::int64_t groups, double epsilon);

} // namespace scalekv::vae
