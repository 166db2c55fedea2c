#pragma once

#include <ATen/core/Tensor.h>

/// How far two runs of the same prompt are apart at one scale.
namespace scalekv {

/// Σ over all bits of KL(reference ‖ other) in nats; infinite where a logit is not a number. Both: logits
/// after temperature and guidance, before top-k and top-p, [B, L, 2·d] (for each bit those of 0 and 1).
double klSum(const at::Tensor& reference, const at::Tensor& other);

} // namespace scalekv
