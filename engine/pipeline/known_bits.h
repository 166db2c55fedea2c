#pragma once

#include "engine/pipeline/prepare.h"
#include "scalekv/scale_bits.h"

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

namespace scalekv {

/// A run's bits of its first `scales` scales, to be fed again: [B, h, w, d] uint8 each. Throws Error where
/// there are not so many, or they do not fit the request.
std::vector<at::Tensor> knownBits(const PreparedRequest& request, int bitsAPosition,
                                  std::span<const ScaleBits> bits, std::size_t scales);

} // namespace scalekv
