#include "engine/study/metrics/set_distance.h"

#include "scalekv/error.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace scalekv {
namespace {

/// Centred, over √(n − 1): its covariance is xᵀx. No more rows than columns, by a QR decomposition, which
/// keeps that product.
at::Tensor spreadOfSet(const at::Tensor& x, const at::Tensor& mean) {
    const at::Tensor centred = x.sub(mean).div_(std::sqrt(double(x.size(0) - 1)));
    return centred.size(0) > centred.size(1) ? std::get<1>(at::linalg_qr(centred, "r")) : centred;
}

at::Tensor kernel(const at::Tensor& x, const at::Tensor& y) {
    return at::matmul(x, y.t()).div_(double(x.size(1))).add_(1).pow_(3);
}

/// Over all pairs of two pictures.
double unbiased(const at::Tensor& x, const at::Tensor& y) {
    const auto within = [](const at::Tensor& set) {
        const at::Tensor k = kernel(set, set);
        return k.sum().item<double>() - k.trace().item<double>();
    };
    const double m = double(x.size(0));
    return (within(x) + within(y)) / (m * (m - 1)) - 2 * kernel(x, y).mean().item<double>();
}

constexpr std::int64_t kRowsAtOnce = 512;

void checkStop(const std::stop_token& stop) {
    if (stop.stop_requested())
        throw Cancelled();
}

} // namespace

double frechetDistance(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor x = a.to(at::kDouble), y = b.to(at::kDouble);
    const at::Tensor meanX = x.mean(0), meanY = y.mean(0);
    const at::Tensor spreadX = spreadOfSet(x, meanX), spreadY = spreadOfSet(y, meanY);
    const double apart = meanX.sub(meanY).square_().sum().item<double>();
    const double spreads = spreadX.square().sum().item<double>() + spreadY.square().sum().item<double>();
    const double common = at::linalg_svdvals(at::matmul(spreadX, spreadY.t())).sum().item<double>();
    return std::max(apart + spreads - 2 * common, 0.0); // rounding may leave equal sets below it
}

double kernelDistance(const at::Tensor& a, const at::Tensor& b, const std::stop_token& stop) {
    constexpr std::int64_t kLargest = 1000;
    constexpr int kSubsets = 100;
    const std::int64_t m = std::min({a.size(0), b.size(0), kLargest});
    if (a.size(0) == m && b.size(0) == m)
        return unbiased(a.to(at::kDouble), b.to(at::kDouble));
    at::Generator generator = at::detail::createCPUGenerator(0);
    const auto subset = [&](const at::Tensor& set) {
        return set.index_select(0, at::randperm(set.size(0), generator).narrow(0, 0, m)).to(at::kDouble);
    };
    double sum = 0;
    for (int n = 0; n < kSubsets; ++n) {
        checkStop(stop);
        const at::Tensor x = subset(a);
        sum += unbiased(x, subset(b));
    }
    return sum / kSubsets;
}

std::vector<bool> insideManifold(const at::Tensor& centres, const at::Tensor& points,
                                 const std::stop_token& stop) {
    const at::Tensor middle = centres.to(at::kDouble);
    // Each is its own nearest neighbour, at distance 0, wherever rounding puts it.
    at::Tensor radii = at::empty({middle.size(0)}, at::kDouble);
    for (std::int64_t row = 0; row < middle.size(0); row += kRowsAtOnce) {
        checkStop(stop);
        const std::int64_t count = std::min(kRowsAtOnce, middle.size(0) - row);
        at::Tensor apart = at::cdist(middle.narrow(0, row, count), middle);
        apart.diagonal(row).fill_(0);
        radii.narrow(0, row, count).copy_(std::get<0>(apart.kthvalue(kManifoldNeighbours + 1, 1)));
    }
    std::vector<bool> inside;
    for (std::int64_t row = 0; row < points.size(0); row += kRowsAtOnce) {
        checkStop(stop);
        const at::Tensor some = points.narrow(0, row, std::min(kRowsAtOnce, points.size(0) - row));
        const at::Tensor within = at::cdist(some.to(at::kDouble), middle).le(radii).any(1);
        for (std::int64_t n = 0; n < within.size(0); ++n)
            inside.push_back(within[n].item<bool>());
    }
    return inside;
}

} // namespace scalekv
