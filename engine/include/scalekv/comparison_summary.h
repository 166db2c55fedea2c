#pragma once

#include "scalekv/comparison.h"

#include <optional>
#include <vector>

namespace scalekv {

/// Mean of some numbers and their sample standard deviation (over n − 1).
struct Spread {
    double mean = 0;
    double deviation = 0; ///< not a number for fewer than two, and where the mean is infinite
};

/// Of the same runs: free ones where there are any, for that is how a policy is used, else teacher-forced.
struct CostSummary {
    Spread kvBytes, peakKvBytes, scratchBytes, seconds, selectionSeconds;
};

/// One choice over all its pairs.
struct ChoiceSummary {
    int choice = 0;
    int pairs = 0;
    std::optional<Spread> kl, forcedBits;       ///< teacher-forced
    std::optional<Spread> psnr, ssim, freeBits; ///< free
    std::optional<Spread> lpips;                ///< free, where it was measured
    CostSummary cost;
};

Spread spreadOf(const std::vector<double>& values);

/// The choices that have any record, in the settings' order.
std::vector<ChoiceSummary> summarise(const Comparison& comparison);

/// Full-cache runs; none while there is none.
std::optional<CostSummary> summariseFull(const Comparison& comparison);

/// The same summaries for a reader: budgets in the settings' order, within a budget the closest to the full
/// cache first: by KL, or where only free runs were made, by PSNR.
std::vector<ChoiceSummary> ranked(const Comparison& comparison, std::vector<ChoiceSummary> summaries);

/// Whether a curve over bytes has a logarithmic axis, wherever it is drawn: where they reach over more than a
/// factor of four, the small budgets, which matter most, would lie upon each other.
inline bool wantsLogarithm(double leastBytes, double mostBytes) {
    return leastBytes > 0 && mostBytes > 4 * leastBytes;
}

} // namespace scalekv
