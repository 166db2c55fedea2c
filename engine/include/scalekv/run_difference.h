#pragma once

#include "scalekv/comparison.h"
#include "scalekv/report.h"
#include "scalekv/rgb_image.h"
#include "scalekv/scale_bits.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// How far one finished run is from another: the one place where these figures come from, whoever made the
/// runs. Costs milliseconds to tenths of a second (SSIM of a large picture; LPIPS more); safe to call on any
/// thread.
namespace scalekv {

/// In what two requests differ beside their cache policies, as firstDifference() says it; empty: in nothing.
std::string differenceButPolicy(const GenerationRequest& a, const GenerationRequest& b);

/// Of two pictures.
struct PictureDifference {
    double psnr = 0;            ///< dB; infinite when they are equal
    std::optional<double> ssim; ///< none where a side is too short for SSIM's window (7 pixels)
    std::optional<double> lpips =
        {}; ///< where a network was given and no side is shorter than kSmallestLpips
};
/// At any scale: a scale's preview against the other run's of the same scale. Throws Error where sizes differ
/// or a picture is empty, Cancelled while LPIPS is worked out.
PictureDifference pictureDifference(const RgbImage& a, const RgbImage& b, const Lpips* lpips = nullptr,
                                    std::stop_token stop = {});

/// Of the bits that two runs chose: the share that differs, 0 … 1.
struct BitDifference {
    double all = 0;               ///< over the bits of all scales
    std::vector<double> perScale; ///< of each scale's own
};
/// Throws Error where the runs do not have the same scales, prompts and bits a position.
BitDifference bitDifference(std::span<const ScaleBits> a, std::span<const ScaleBits> b);

/// How many bits of one scale differ. Throws Error as bitDifference().
std::int64_t differingBits(const ScaleBits& a, const ScaleBits& b);

/// Where in the first prompt's picture they differ: [h · w], row by row, the share of a position's d bits, 0
/// … 1. Positions are the VAE's, as ScaleBits::map says. Throws Error as bitDifference().
std::vector<float> differingShares(const ScaleBits& a, const ScaleBits& b);

/// A name for all bits of a run, 16 hexadecimal digits (FNV-1a, 64 bits, over all bits of all scales): equal
/// where two runs chose the same.
std::string bitsDigest(std::span<const ScaleBits> bits);

/// What is compared of a run that has finished. Views.
struct FinishedRun {
    const RgbImage& picture;         ///< the final one
    std::span<const ScaleBits> bits; ///< of every scale; empty where they are not known: a picture that was
                                     ///< opened from its file
};

struct RunDifference {
    PictureDifference picture;
    std::optional<BitDifference> bits; ///< none where the bits of one of the two are not known
};
/// Throws Error where pictures are of other sizes, or bits of other scales: then there is nothing to compare.
RunDifference runDifference(const FinishedRun& reference, const FinishedRun& run,
                            const Lpips* lpips = nullptr, std::stop_token stop = {});

/// What a run cost. None for a report that has no scales: a picture that was opened from its file.
std::optional<RunCost> runCost(const GenerationReport& report);

/// The figures of a comparison's record. Throws std::bad_optional_access where bits or SSIM are missing.
FreeFigures freeFigures(const RunDifference& difference, const RunCost& cost);

} // namespace scalekv
