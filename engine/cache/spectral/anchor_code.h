#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <span>

/// The tokens of the first maps, each by itself: eight bits a number and one factor (bf16) for all numbers of
/// a token's key, one for its value's.
namespace scalekv {

/// Of `tokens` keys and values.
std::int64_t anchorBytes(std::int64_t tokens, std::int64_t headDim);
/// rows [n, D] fp32 → n · (D + 2) bytes, and back.
void encodeAnchors(const at::Tensor& rows, std::span<std::byte> out);
void decodeAnchors(std::span<const std::byte> in, at::Tensor rows);

} // namespace scalekv
