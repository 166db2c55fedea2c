#pragma once

#include <ATen/core/Tensor.h>

namespace scalekv::vae {

/// Group normalisation (Wu & He 2018), then y · sigmoid(y), on the CPU: x [B, C, H, W] in channels-last
/// order, fp32 or bf16; weight and bias [C] fp32 → the same shape, type and order. Everything is done by
/// blocks of a fixed size, so that it gives the same to the bit on any number of threads. LibTorch's own
/// adds up one sum a thread, and computes the sigmoid of what is left over at the end of each thread's share
/// by another formula than the rest.
at::Tensor groupNormSwish(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                          std::int64_t groups, double epsilon);

/// Without the sigmoid, in LibTorch's operators, in the order of memory and the type that x has (CUDA's own
/// takes neither channels-last nor bf16 with fp32 weights): statistics in fp32, from sums over channels.
at::Tensor groupNormPortable(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                             std::int64_t groups, double epsilon);

} // namespace scalekv::vae
