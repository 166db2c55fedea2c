#pragma once

#include "engine/study/comparison/report/report_page.h"
#include "scalekv/comparison_report.h"

#include <filesystem>

namespace scalekv {

/// What the figures of pictures are, for who meets them for the first time.
inline constexpr const char* kPictureFigures =
    "PSNR, the peak signal-to-noise ratio, is how far the pixels are apart: above 40 dB hardly anybody sees "
    "a "
    "difference, below 25 dB it is another picture. SSIM, the structural similarity (Wang et al. 2004), is "
    "how alike shapes and contrasts are: 1 where the pictures are equal.";

/// Of a comparison, with the pictures of its folder. Throws Cancelled.
ReportPage pageOf(const Comparison& comparison, const std::filesystem::path& folder,
                  const std::stop_token& stop = {});

/// Of runs that are no comparison of cache policies with the full cache. `pngs`: their pictures' files.
/// Throws Cancelled.
ReportPage pageOf(std::span<const ComparedRun> runs, const std::vector<std::string>& pngs,
                  const std::stop_token& stop = {});

/// Settings in their order with their values, but for the prompt, the seed and the policy.
std::vector<std::pair<std::string, std::string>> settingsText(const GenerationRequest& request);

} // namespace scalekv
