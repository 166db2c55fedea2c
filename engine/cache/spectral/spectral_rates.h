#pragma once

#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

/// Bytes that the policy "spectral" spends on what one head of one sequence remembers of each map: the same
/// for every layer and picture, known before anything runs.
///
/// Of the first scales, a handful of tokens that all others lean on, each token is stored by itself (eight
/// bits a number). The others share what is left: a number of a map of n tokens gets bits in proportion to
/// 1/√n, for later and larger maps are smoother, and each of their tokens is looked at less.
class SpectralRates {
public:
    static constexpr std::int64_t kAnchorScales = 2;

    /// `budget`: bytes a head and sequence for keys and values of all maps that are kept. Throws Error, for
    /// users, where that does not hold the first scales, the levels, and 0.02 bits a number of the others;
    /// `entryBytes`: of a key and value in the full cache, to say what would.
    SpectralRates(std::span<const MapSize> schedule, std::int64_t headDim, std::int64_t budget,
                  std::int64_t entryBytes);

    std::int64_t headDim() const { return headDim_; }
    bool anchors(std::int64_t scale) const { return scale < kAnchorScales; }
    /// Of one head and sequence: of a scale's map, and of all maps up to it. Nothing is kept of the last.
    std::int64_t bytes(std::int64_t scale) const { return bytes_[std::size_t(scale)]; }
    std::int64_t bytesUpTo(std::int64_t scale) const;

private:
    std::int64_t headDim_;
    std::vector<std::int64_t> bytes_; ///< a scale
};

} // namespace scalekv
