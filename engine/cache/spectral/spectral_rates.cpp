#include "engine/cache/spectral/spectral_rates.h"

#include "engine/cache/least_budget.h"
#include "engine/cache/spectral/anchor_code.h"
#include "engine/cache/spectral/gaussian_quantizer.h"
#include "engine/cache/spectral/map_spectrum.h"
#include "engine/cache/spectral/spectral_code.h"
#include "scalekv/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace scalekv {
namespace {

constexpr double kMostBits = GaussianQuantizer::kMostBits;
/// Below this many bits a number there would be little more than levels without codes.
constexpr double kLeastRate = 0.02;

/// Bits a number of a map at a common factor.
double rate(double factor, MapSize map) {
    return std::min(kMostBits, factor / std::sqrt(static_cast<double>(map.tokens())));
}

} // namespace

SpectralRates::SpectralRates(std::span<const MapSize> schedule, std::int64_t headDim, std::int64_t budget,
                             std::int64_t entryBytes)
    : headDim_(headDim), bytes_(schedule.size(), 0) {
    const auto kept = static_cast<std::int64_t>(schedule.size()) - 1;
    const std::int64_t anchored = std::min(kept, kAnchorScales);
    for (std::int64_t k = 0; k < kept; ++k)
        bytes_[std::size_t(k)] =
            k < anchored ? anchorBytes(schedule[std::size_t(k)].tokens(), headDim)
                         : SpectralCode::headBytes(MapSpectrum::bandCount(schedule[std::size_t(k)]), headDim);
    const std::int64_t left = budget - std::accumulate(bytes_.begin(), bytes_.end(), std::int64_t{0});

    const auto codeBytes = [&](double factor, std::int64_t k) {
        const MapSize map = schedule[std::size_t(k)];
        constexpr double kBitsInByte = 8;
        return static_cast<std::int64_t>(
            std::floor(rate(factor, map) * 2 * static_cast<double>(map.tokens()) *
                       static_cast<double>(headDim) / kBitsInByte));
    };
    const auto allCodes = [&](double factor) {
        std::int64_t sum = 0;
        for (std::int64_t k = anchored; k < kept; ++k)
            sum += codeBytes(factor, k);
        return sum;
    };
    std::int64_t numbers = 0;
    for (std::int64_t k = anchored; k < kept; ++k)
        numbers += 2 * schedule[std::size_t(k)].tokens() * headDim;
    const auto least = static_cast<std::int64_t>(std::ceil(kLeastRate * static_cast<double>(numbers) / 8));
    if (left < least) {
        const std::int64_t tokens = (budget - left + least + entryBytes - 1) / entryBytes;
        throw Error("Policy spectral needs as many bytes as " + std::to_string(tokens) +
                    " tokens have, a layer and head, which is more than this budget; choose at least " +
                    leastBudget(schedule, tokens) + ".");
    }
    double low = 0; // bisection: what all codes take never falls as the factor grows
    double high = kMostBits * std::sqrt(static_cast<double>(schedule.back().tokens()));
    constexpr int kHalvings = 60;
    for (int i = 0; i < kHalvings; ++i) {
        const double middle = (low + high) / 2;
        (allCodes(middle) <= left ? low : high) = middle;
    }
    for (std::int64_t k = anchored; k < kept; ++k)
        bytes_[std::size_t(k)] += codeBytes(low, k);
}

std::int64_t SpectralRates::bytesUpTo(std::int64_t scale) const {
    return std::accumulate(bytes_.begin(), bytes_.begin() + scale + 1, std::int64_t{0});
}

} // namespace scalekv
