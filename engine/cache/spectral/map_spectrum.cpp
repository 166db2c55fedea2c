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
    for (std::size_t bands = 0; bands <= counts_.size(); ++bands) {
        auto& rows = across_.emplace_back();
        for (int u = 0; u < map.height; ++u) {
            const auto row = bands_.begin() + std::ptrdiff_t{u} * map.width;
            const auto end = std::find_if(row, row + map.width, [&](int band) { return band >= int(bands); });
            if (end == row)
                break;
            rows.push_back(end - row);
        }
    }
}

at::Tensor MapSpectrum::of(const at::Tensor& tokens) const {
    const std::int64_t h = map_.height, w = map_.width, dim = tokens.size(1);
    const at::Tensor down = at::mm(rows_, tokens.view({h, w * dim})).view({h, w, dim});
    return at::bmm(columns_.expand({h, w, w}), down).view({h * w, dim});
}

void MapSpectrum::back(const float* spectrum, std::size_t bands, std::vector<float>& between,
                       float* tokens) const {
    const std::int64_t h = map_.height, w = map_.width;
    const std::vector<std::int64_t>& across = across_[bands];
    const auto down = std::int64_t(across.size());
    between.resize(std::size_t(w * down * kLanes)); // [w, down, kLanes]
    const float* columns = columns_.const_data_ptr<float>();
    for (std::int64_t u = 0; u < down; ++u)
        sumHalfWaves(columns, w, across[std::size_t(u)], spectrum + u * w * kLanes, kLanes,
                     between.data() + u * kLanes, down * kLanes);
    const float* rows = rows_.const_data_ptr<float>();
    for (std::int64_t x = 0; x < w; ++x)
        sumHalfWaves(rows, h, down, between.data() + x * down * kLanes, kLanes, tokens + x * kLanes,
                     w * kLanes);
}

} // namespace scalekv
