#pragma once

#include "engine/cache/spectral/half_waves.h"
#include "scalekv/scale_schedule.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

/// What the tokens of a map say as a spectrum over its rows and columns: the two-dimensional orthonormal
/// cosine transform (DCT-II, Ahmed et al. 1974) of every channel. Neighbouring tokens are alike, so most of a
/// channel is in a few low frequencies.
class MapSpectrum {
public:
    explicit MapSpectrum(MapSize map);

    std::int64_t tokens() const { return map_.tokens(); }
    static std::size_t bandCount(MapSize map);
    /// Bands: rings of frequencies, half an octave wide, the first the mean alone. Of each frequency, in the
    /// order of the spectrum's rows.
    std::span<const int> bands() const { return bands_; }
    /// Frequencies in each band.
    std::span<const std::int64_t> counts() const { return counts_; }
    /// Mean frequency of each band, in half waves over the map.
    std::span<const float> frequencies() const { return frequencies_; }

    /// tokens [h·w, D] fp32 → spectrum [h·w, D], row u·w + v the frequency of u half waves down and v across.
    at::Tensor of(const at::Tensor& tokens) const;
    /// And back, of kLanes channels, where all bands from `bands` (≥ 1) on are zero and need not be there:
    /// spectrum → tokens, [h·w, kLanes] both, which may not overlap. `between`: a buffer.
    /// Only the first reach() frequencies are looked at.
    void back(const float* spectrum, std::size_t bands, std::vector<float>& between, float* tokens) const;

    std::int64_t reach(std::size_t bands) const { return std::int64_t(across_[bands].size()) * map_.width; }

private:
    MapSize map_;
    at::Tensor rows_, columns_; ///< [h, h], [w, w]
    std::vector<int> bands_;
    /// [bands][u]: how many of the frequencies with u half waves down are in the first so many bands.
    std::vector<std::vector<std::int64_t>> across_;
    std::vector<std::int64_t> counts_;
    std::vector<float> frequencies_;
};

} // namespace scalekv
