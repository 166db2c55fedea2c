#include "engine/study/metrics/bootstrap.h"

#include "scalekv/comparison_summary.h"
#include "scalekv/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace scalekv {
namespace {

constexpr double kNormal95 = 1.959964;
constexpr std::uint64_t kSeed = 0;

std::optional<Interval> around(double value, const std::vector<double>& resampled) {
    const double deviation = spreadOf(resampled).deviation;
    if (!std::isfinite(deviation))
        return {};
    return Interval{value - kNormal95 * deviation, value + kNormal95 * deviation};
}

/// How often each of n pictures is drawn, for every resample: [resamples, n].
at::Tensor counts(std::int64_t n, int resamples, at::Generator& generator) {
    const at::Tensor drawn = at::randint(n, {resamples, n}, generator, at::kLong);
    return at::zeros({resamples, n}, at::kDouble)
        .scatter_add_(1, drawn, at::ones({resamples, n}, at::kDouble));
}

/// Σ_ij w_i k(x_i, y_j) v_j for every resample; with `others`, without i = j. The kernel is made some rows at
/// a time, for that of 5000 pictures takes 200 MB.
at::Tensor weightedKernel(const at::Tensor& x, const at::Tensor& w, const at::Tensor& y, const at::Tensor& v,
                          bool others, const std::stop_token& stop) {
    constexpr std::int64_t kRowsAtOnce = 512;
    const at::Tensor columns = y.to(at::kDouble);
    at::Tensor sums = at::zeros({w.size(0)}, at::kDouble);
    for (std::int64_t row = 0; row < x.size(0); row += kRowsAtOnce) {
        if (stop.stop_requested())
            throw Cancelled();
        const std::int64_t count = std::min(kRowsAtOnce, x.size(0) - row);
        at::Tensor k = at::matmul(x.narrow(0, row, count).to(at::kDouble), columns.t())
                           .div_(double(x.size(1)))
                           .add_(1)
                           .pow_(3);
        if (others)
            k.diagonal(row).fill_(0);
        sums.add_(at::matmul(w.narrow(1, row, count), k).mul_(v).sum(1));
    }
    return sums;
}

} // namespace

std::optional<Interval> meanInterval(const std::vector<double>& values, int resamples,
                                     const std::stop_token& stop) {
    if (values.size() < 2 || resamples < 2 ||
        !std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
        return {};
    at::Generator generator = at::detail::createCPUGenerator(kSeed);
    const at::Tensor all = at::tensor(at::ArrayRef<double>(values));
    const auto n = std::int64_t(values.size());
    at::Tensor means = at::empty({resamples}, at::kDouble);
    for (int resample = 0; resample < resamples; ++resample) {
        if (stop.stop_requested())
            throw Cancelled();
        means[resample] = all.index_select(0, at::randint(n, {n}, generator, at::kLong)).mean();
    }
    const at::Tensor ends = at::quantile(means, at::tensor({0.025, 0.975}, at::kDouble));
    return Interval{ends[0].item<double>(), ends[1].item<double>()};
}

std::optional<Interval>
setInterval(double value, std::int64_t n, std::int64_t m, int resamples,
            const std::function<double(const at::Tensor&, const at::Tensor&)>& figure) {
    at::Generator generator = at::detail::createCPUGenerator(kSeed);
    std::vector<double> resampled;
    for (int resample = 0; resample < resamples; ++resample) {
        const at::Tensor rows = at::randint(n, {n}, generator, at::kLong);
        resampled.push_back(figure(rows, at::randint(m, {m}, generator, at::kLong)));
    }
    return around(value, resampled);
}

std::optional<Interval> kernelInterval(double value, const at::Tensor& a, const at::Tensor& b, int resamples,
                                       const std::stop_token& stop) {
    if (resamples < 2)
        return {};
    constexpr int kAtOnce = 500; // resamples: their counts of 5000 pictures take 20 MB a set
    at::Generator generator = at::detail::createCPUGenerator(kSeed);
    std::vector<double> resampled;
    for (int done = 0; done < resamples; done += kAtOnce) {
        const int count = std::min(kAtOnce, resamples - done);
        const at::Tensor w = counts(a.size(0), count, generator), v = counts(b.size(0), count, generator);
        // Resamples hold n² − Σ w² pairs of different pictures.
        const auto within = [&stop](const at::Tensor& set, const at::Tensor& weights) {
            const double n = double(set.size(0));
            return weightedKernel(set, weights, set, weights, true, stop)
                .div_(weights.square().sum(1).neg_().add_(n * n));
        };
        const at::Tensor across =
            weightedKernel(a, w, b, v, false, stop).div_(double(a.size(0)) * double(b.size(0)));
        const at::Tensor kids = within(a, w).add_(within(b, v)).sub_(across.mul_(2));
        const double* data = kids.const_data_ptr<double>();
        resampled.insert(resampled.end(), data, data + kids.numel());
    }
    return around(value, resampled);
}

} // namespace scalekv
