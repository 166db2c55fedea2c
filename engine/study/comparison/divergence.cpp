#include "engine/study/comparison/divergence.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace scalekv {
namespace {

/// log p(1) − log p(0) of every bit, in double: [n].
at::Tensor logOdds(const at::Tensor& logits) {
    const at::Tensor pairs = logits.to(at::kCPU, at::kDouble).reshape({-1, 2});
    return pairs.select(1, 1) - pairs.select(1, 0);
}

/// log(1 + eˣ), exact for large |x|.
at::Tensor logOnePlusExp(const at::Tensor& x) {
    return at::logaddexp(x, at::zeros_like(x));
}

} // namespace

double klSum(const at::Tensor& reference, const at::Tensor& other) {
    // With log p(1) = −log(1 + e⁻ˣ) and log p(0) = −log(1 + eˣ), x the log odds, nothing overflows and no
    // probability of 0 meets a logarithm.
    const at::Tensor p = logOdds(reference), q = logOdds(other);
    const at::Tensor one = at::sigmoid(p), zero = at::sigmoid(-p);
    const at::Tensor kl =
        one * (logOnePlusExp(-q) - logOnePlusExp(-p)) + zero * (logOnePlusExp(q) - logOnePlusExp(p));
    const double sum = kl.clamp_min(0).sum().item<double>(); // rounding alone could make it negative
    return std::isfinite(sum) ? sum : std::numeric_limits<double>::infinity();
}

} // namespace scalekv
