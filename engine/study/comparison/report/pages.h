#pragma once

#include "engine/study/comparison/report/report_page.h"
#include "scalekv/comparison_report.h"

#include <filesystem>

namespace scalekv {

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
