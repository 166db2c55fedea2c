#pragma once

#include "scalekv/metric_weights.h"
#include "scalekv/rgb_image.h"

#include <memory>
#include <stop_token>
#include <string>

namespace scalekv {

inline constexpr int kSmallestLpips = 32; ///< pixels, a side

/// Learned perceptual image patch similarity (Zhang et al. 2018), version 0.1: 0 for equal pictures, larger
/// the more they differ. Pictures in −1 … 1, fp32, features divided by √(Σ x² + 10⁻⁸) as torchmetrics does,
/// which the paper's script calls. Loaded weights are immutable: any number of threads may use one.
class Lpips {
public:
    /// Throws Error that names the file and tensor, or what is missing.
    static std::shared_ptr<const Lpips> load(const MetricWeights& weights, LpipsNet net,
                                             const std::string& device = "cpu");
    ~Lpips();
    Lpips(const Lpips&) = delete;
    Lpips& operator=(const Lpips&) = delete;

    LpipsNet net() const;
    /// "lpips-alex sha1:…": tells these weights from others.
    const std::string& identity() const;

    /// Throws Error where sizes differ or a side is shorter than kSmallestLpips, Cancelled within a layer.
    double distance(const RgbImage& a, const RgbImage& b, std::stop_token stop = {}) const;

private:
    struct Network;
    explicit Lpips(std::unique_ptr<const Network> network);
    std::unique_ptr<const Network> network_;
};

} // namespace scalekv
