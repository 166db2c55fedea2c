#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>

namespace scalekv {

/// One head's attention weights, one query after the other: visit(i, w) gets w = softmax(scale · q kᵀ) of the
/// query `tokens[i]` over all of `keys`, one stretch after the other. queries [L, D] and every stretch [n,
/// D]: CPU tensors, fp32 or bf16, with contiguous rows. Computed in fp32 and tiles of 32 queries; temporary
/// memory is a tile's rows.
void forEachQuery(const at::Tensor& queries, std::span<const std::int64_t> tokens,
                  std::span<const at::Tensor> keys, double scale,
                  const std::function<void(std::size_t, std::span<const float>)>& visit);

} // namespace scalekv
