#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace scalekv {

/// The h×w tokens of one scale.
struct MapSize {
    int height = 0;
    int width = 0;
    std::int64_t tokens() const { return std::int64_t(height) * width; }
    bool operator==(const MapSize&) const = default;
};

/// Token maps from coarse to fine, one a scale.
using ScaleSchedule = std::vector<MapSize>;

/// "0.06M", "0.25M", "0.60M", "1M": about how many pixels a picture of VAE stride 16 has (7, 10, 12, 13
/// scales).
std::span<const std::string_view> imageSizes();

/// The fifteen trained height/width ratios in ascending order: 0.333 … 1.0 … 3.0.
std::span<const double> aspectRatios();

/// Whether two ratios stand for the same trained one: 2/3 may be written 0.666 (released code, which names
/// transposed ratios by truncation) or 0.667.
bool sameAspectRatio(double a, double b);

/// The trained ratio that is nearest to a height/width ratio above 0, by factor: 2:1 and 1:2 are equally far
/// from 1:1.
double nearestAspectRatio(double ratio);

/// The schedule of an image size and a trained height/width ratio. Throws Error for an unknown size or ratio.
ScaleSchedule scaleSchedule(std::string_view size, double aspectRatio);

/// The last scale of the 1M schedule of a ratio: rotary positions of every size are spread over it (released
/// code).
MapSize rotaryExtent(double aspectRatio);

std::int64_t totalTokens(std::span<const MapSize> schedule);

/// Tokens of all scales but the last: what a full cache holds at its largest, for nothing is stored at the
/// last scale.
std::int64_t cachedTokens(std::span<const MapSize> schedule);

} // namespace scalekv
