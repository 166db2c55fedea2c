#pragma once

#include "scalekv/layer_attention.h"

#include <ATen/core/Tensor.h>

#include <span>

namespace scalekv {

/// The map of one head and sequence. queries, currentKeys [L, D], historyKeys [n, D]: CPU tensors with
/// contiguous rows. `positions`: which tokens the history's entries are, below `firstToken`, the number of
/// tokens before the current map. Looks at every query, in tiles.
AttentionMap attentionMap(const AttentionMapChoice& choice, const at::Tensor& queries,
                          const at::Tensor& historyKeys, const at::Tensor& currentKeys,
                          std::span<const std::int64_t> positions, std::int64_t firstToken,
                          std::int64_t largestSide);

} // namespace scalekv
