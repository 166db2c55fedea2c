#pragma once

#include "scalekv/comparison.h"
#include "scalekv/lpips.h"

#include <filesystem>

namespace scalekv {

inline constexpr const char* kResultsJson = "results.json"; ///< in the folder
inline constexpr const char* kResultsCsv = "results.csv";
inline constexpr const char* kReportHtml = "report.html";

enum class ResultsStart {
    Continue, ///< where earlier results in the folder stop
    Anew,     ///< over them
};

/// Runs a comparison and keeps its results in a folder, which is made where it does not exist: results.json,
/// results.csv, pictures/*.png, kl-by-layer.csv where that is asked for, and, when all is done, report.html
/// (see comparison_report.h), which goes where anything is left to be made. Saved after every picture, by
/// renaming, so that an interruption costs the picture at hand only: called again with the same settings it
/// goes on from there and repeats nothing but the full run of an unfinished pair, or writes the report only.
///
/// `version` of the program goes into the results; `lpips` as runComparison() has it. Throws Error, also
/// where earlier results are damaged or of other settings (they are left as they are), and Cancelled.
Comparison compareInto(const std::filesystem::path& folder, const Model& model, ComparisonSettings settings,
                       const std::string& version, ResultsStart start, ComparisonObserver& observer,
                       std::stop_token stop = {}, const Lpips* lpips = nullptr);

/// The network of LPIPS for compareInto(), which settings.lpips then names: of what is begun anew, the first
/// whose weights are there, none where there are none or no pictures are made; of what goes on, the one that
/// it was begun with, none where its weights are not there or it was begun without. Throws Error for weights
/// that are damaged.
std::shared_ptr<const Lpips> lpipsFor(const std::filesystem::path& folder, ResultsStart start,
                                      const MetricWeights& weights, const std::string& device,
                                      ComparisonSettings& settings);

/// What compareInto() left there, whatever its settings, finished or not: given its settings again, it goes
/// on. Throws Error where the folder holds no results, or damaged ones.
Comparison readResults(const std::filesystem::path& folder);

/// The files of the figures. Throws Error.
void writeResults(const std::filesystem::path& folder, const Comparison& comparison);

/// The folder and those above it, where they are not there. Throws Error where that cannot be.
void makeResultsFolder(const std::filesystem::path& folder);

} // namespace scalekv
