#pragma once

#include "scalekv/folder_metrics.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

/// Intervals by resampling pictures with replacement (Efron 1979), from a fixed seed: the same numbers come
/// to the same intervals.
namespace scalekv {

/// Of a mean: where the middle 95 % of the resamples' means lie. None for fewer than two values, for values
/// that are not finite, and for no resamples. Throws Cancelled.
std::optional<Interval> meanInterval(const std::vector<double>& values, int resamples,
                                     const std::stop_token& stop = {});

/// Of a figure of two sets of n and m pictures, ± 1.96 standard deviations of `figure(rows of the first, rows
/// of the second)` over the resamples. Not their quantiles: a set with pictures twice in it lies farther from
/// any other, so that the resamples' middle is not the figure.
std::optional<Interval>
setInterval(double value, std::int64_t n, std::int64_t m, int resamples,
            const std::function<double(const at::Tensor&, const at::Tensor&)>& figure);

/// The same for KID: of a whole set, without the pairs of one picture with itself. a [n, d], b [m, d]. Throws
/// Cancelled.
std::optional<Interval> kernelInterval(double value, const at::Tensor& a, const at::Tensor& b, int resamples,
                                       const std::stop_token& stop = {});

} // namespace scalekv
