#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <span>

/// Tokens each by itself: eight bits a number, and for every `dim` numbers (a key, a value) one factor
/// (bf16).
namespace scalekv {

/// Of `tokens` keys and values.
std::int64_t anchorBytes(std::int64_t tokens, std::int64_t dim);
/// tokens [n, m · dim] fp32, contiguous → n · m · (dim + 2) bytes.
void encodeAnchors(const at::Tensor& tokens, std::int64_t dim, std::span<std::byte> out);
/// And back, into as many numbers as that was.
void decodeAnchors(std::span<const std::byte> in, std::int64_t dim, std::span<float> tokens);

} // namespace scalekv
