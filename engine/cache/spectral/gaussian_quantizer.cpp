#include "engine/cache/spectral/gaussian_quantizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace scalekv {
namespace {

constexpr double kFurthest = 6;  // nothing of note lies beyond
constexpr int kCells = 768;      // of the grid over −6 … 6
constexpr int kIterations = 400; // of Lloyd's: more change no level by 1e-4

double density(double x) {
    return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
}
double below(double x) {
    return std::erfc(-x / std::numbers::sqrt2) / 2;
}

/// The mean of what lies between two borders.
double meanBetween(double low, double high) {
    return (density(low) - density(high)) / (below(high) - below(low));
}

/// Where a share of everything lies below.
double quantile(double share) {
    double low = -kFurthest;
    double high = kFurthest;
    constexpr int kHalvings = 40;
    for (int i = 0; i < kHalvings; ++i) {
        const double middle = (low + high) / 2;
        (below(middle) < share ? low : high) = middle;
    }
    return low;
}

int cellOf(float value) {
    const float scaled =
        (value + static_cast<float>(kFurthest)) * static_cast<float>(kCells / (2 * kFurthest));
    if (!(scaled > 0)) // what is no number, too
        return 0;
    return scaled < kCells ? static_cast<int>(scaled) : kCells - 1;
}

} // namespace

GaussianQuantizer::GaussianQuantizer(int bits) {
    const int count = 1 << bits;
    std::vector<double> levels;
    levels.reserve(std::size_t(count));
    for (int i = 0; i < count;
         ++i) // many levels lie as densely as the cube root of the density (Panter, Dite)
        levels.push_back(std::numbers::sqrt3 * quantile((i + 0.5) / count));
    std::vector<double> borders(std::size_t(count) + 1);
    borders.front() = -std::numeric_limits<double>::infinity();
    borders.back() = std::numeric_limits<double>::infinity();
    const auto setBorders = [&] {
        for (std::size_t i = 1; i < levels.size(); ++i)
            borders[i] = (levels[i - 1] + levels[i]) / 2;
    };
    for (int iteration = 0; iteration < kIterations; ++iteration) {
        setBorders();
        for (std::size_t i = 0; i < levels.size(); ++i)
            levels[i] = meanBetween(borders[i], borders[i + 1]);
    }
    setBorders();
    levels_.assign(levels.begin(), levels.end());
    borders_.assign(borders.begin() + 1, borders.end());
    for (int cell = 0; cell < kCells; ++cell) {
        // From the cell before, lest rounding puts a value into the wrong one.
        const double begin = -kFurthest + (cell - 1) * (2 * kFurthest / kCells);
        const auto first = std::lower_bound(borders_.begin(), borders_.end(), static_cast<float>(begin));
        lowest_.push_back(static_cast<std::uint8_t>(first - borders_.begin()));
    }
    lowest_.front() = 0; // for everything below it, too
}

const GaussianQuantizer& GaussianQuantizer::of(int bits) {
    static const auto all = []<std::size_t... I>(std::index_sequence<I...>) {
        return std::array{GaussianQuantizer(int(I) + 1)...};
    }
    (std::make_index_sequence<kMostBits>());
    return all.at(std::size_t(bits) - 1);
}

std::uint32_t GaussianQuantizer::code(float value) const {
    std::uint32_t code = lowest_[std::size_t(cellOf(value))];
    while (value > borders_[code])
        ++code;
    return code;
}

} // namespace scalekv
