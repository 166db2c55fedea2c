#pragma once

#include "scalekv/generation.h"
#include "scalekv/rgb_image.h"
#include "scalekv/run_record.h"
#include "scalekv/scale_bits.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// What is kept of a run beside its picture, so that it can be looked into later without being repeated:
/// "NAME.run" beside "NAME.png".
namespace scalekv {

/// Where nobody says otherwise, a run file is no larger. docs/user.md names this number.
inline constexpr std::int64_t kMostRunFileBytes = std::int64_t(8) << 20;

/// A finished run of one prompt, without its last picture and recipe, which are in its PNG.
struct KeptRun {
    GenerationPlan plan;
    GenerationReport report;     ///< without its images
    std::vector<ScaleBits> bits; ///< of every scale
    /// pixelSum() of the picture: whether the file beside it still is the one that this run made.
    std::uint32_t pixels = 0;
    /// No layers: nothing was recorded, or it was too large. Of bits it has the run's, or none.
    RunRecord record;
    /// After each scale but the last, at that scale's own size. Empty: not known, or too large.
    std::vector<RgbImage> pictures;
};

/// A checksum of size and pixels.
std::uint32_t pixelSum(const RgbImage& image);

/// The file. Plan, report and bits are always in it; the record, and then the pictures, each as a whole,
/// where the file stays within `most` bytes.
std::string runFileBytes(const KeptRun& run, std::int64_t most = kMostRunFileBytes);

/// Strict reading of what may come from anyone. Throws Error that begins with `what`.
KeptRun runFromFileBytes(std::string_view bytes, const std::string& what);
KeptRun readRunFile(const std::filesystem::path& path);
/// Whether a file begins as run files do; other programs use the ending, too. False where it cannot be read.
bool isRunFile(const std::filesystem::path& path);

} // namespace scalekv
