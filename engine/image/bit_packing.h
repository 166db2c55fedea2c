#pragma once

#include "scalekv/scale_bits.h"

#include <ATen/core/Tensor.h>

namespace scalekv {

/// Bits on the VAE's grid, [B, h, w, d] uint8 of 0 and 1, as they are kept and back. unpackBits() throws
/// std::invalid_argument where `packed` has not as many bytes as its numbers say.
ScaleBits packBits(const at::Tensor& bits);
at::Tensor unpackBits(const ScaleBits& bits);

} // namespace scalekv
