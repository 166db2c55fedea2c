#include "engine/cache/spectral/map_spectrum.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scalekv {
namespace {

/// [n, n]: row k is the cosine of k half waves, of length 1.
at::Tensor cosines(std::int64_t n) {
    at::Tensor all = at::empty({n, n}, at::kFloat);
    auto at = all.accessor<float, 2>();
    for (std::int64_t k = 0; k < n; ++k)
        for (std::int64_t i = 0; i < n; ++i)
            at[k][i] = static_cast<float>(std::sqrt((k == 0 ? 1.0 : 2.0) / static_cast<double>(n)) *
                                          std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) *
                                                   static_cast<double>(k) / static_cast<double>(n)));
    return all;
}

int bandOf(double frequency) {
    return frequency == 0 ? 0 : 1 + static_cast<int>(std::floor(2 * std::log2(frequency) + 1e-9));
}

/// The highest frequency that may be in a band.
double end(std::size_t bands) {
    return bands <= 1 ? 0 : std::exp2(static_cast<double>(bands - 1) / 2);
}

} // namespace

std::size_t MapSpectrum::bandCount(MapSize map) {
    return std::size_t(bandOf(std::hypot(map.height - 1, map.width - 1))) + 1;
}

MapSpectrum::MapSpectrum(MapSize map)
    : map_(map), rows_(cosines(map.height)), columns_(cosines(map.width)), counts_(bandCount(map), 0),
      frequencies_(counts_.size(), 0) {
    for (int u = 0; u < map.height; ++u) {
        for (int v = 0; v < map.width; ++v) {
            const double frequency = std::hypot(u, v);
            const int band = bandOf(frequency);
            bands_.push_back(band);
            ++counts_[std::size_t(band)];
            frequencies_[std::size_t(band)] += static_cast<float>(frequency);
        }
    }
    for (std::size_t band = 0; band < counts_.size(); ++band)
        if (counts_[band] > 0)
            frequencies_[band] /= static_cast<float>(counts_[band]);
}

at::Tensor MapSpectrum::of(const at::Tensor& tokens) const {
    const std::int64_t h = map_.height, w = map_.width, dim = tokens.size(1);
    const at::Tensor down = at::mm(rows_, tokens.view({h, w * dim})).view({h, w, dim});
    return at::bmm(columns_.expand({h, w, w}), down).view({h * w, dim});
}

at::Tensor MapSpectrum::back(const at::Tensor& spectrum, std::size_t bands) const {
    const std::int64_t h = map_.height, w = map_.width, dim = spectrum.size(1);
    const auto within = static_cast<std::int64_t>(std::floor(end(bands))) + 1;
    const std::int64_t down = std::min(h, within), across = std::min(w, within);
    const at::Tensor there = spectrum.view({h, w, dim}).narrow(0, 0, down).narrow(1, 0, across);
    const at::Tensor wide = at::bmm(columns_.narrow(0, 0, across).t().expand({down, w, across}), there);
    return at::mm(rows_.narrow(0, 0, down).t(), wide.view({down, w * dim})).view({h * w, dim});
}

} // namespace scalekv
