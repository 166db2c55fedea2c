#pragma once

#include "scalekv/folder_metrics.h"

#include <ATen/core/Tensor.h>

#include <stop_token>
#include <vector>

/// How far two sets are apart, by their features: a [n, d], b [m, d], fp32 or double, on the CPU; computed in
/// double. Where many pictures take long, a stop throws Cancelled.
namespace scalekv {

/// Fréchet distance of the two Gaussians with the sets' means and sample covariances (Heusel et al. 2017),
///     |μa − μb|² + tr Σa + tr Σb − 2 tr √(Σa Σb),
/// whose last trace is the sum of the singular values of Ã B̃ᵀ, Ã and B̃ being the centred features over
/// √(n − 1) and √(m − 1). n, m ≥ 2.
double frechetDistance(const at::Tensor& a, const at::Tensor& b);

/// Unbiased squared MMD with the kernel (x·y / d + 1)³ (Bińkowski et al. 2018), the mean over subsets as
/// clean-fid takes it: 100 of at most 1000 pictures of each set. Where both sets are no larger, every subset
/// is the whole, and one is taken. n, m ≥ 2.
double kernelDistance(const at::Tensor& a, const at::Tensor& b, const std::stop_token& stop = {});

/// Improved precision and recall (Kynkäänniemi et al. 2019), k = 3: for each row of `points` whether it lies
/// no farther from some row of `centres` than that row's third nearest neighbour among `centres`. [n] of
/// bool; needs more than 3 centres.
std::vector<bool> insideManifold(const at::Tensor& centres, const at::Tensor& points,
                                 const std::stop_token& stop = {});

inline constexpr int kManifoldNeighbours = 3;

} // namespace scalekv
