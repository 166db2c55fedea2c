#pragma once

#include "scalekv/folder_metrics.h"

#include <string>
#include <vector>

namespace scalekv {

/// A figure of a folder against the reference, wherever it is shown.
struct FigureKind {
    std::string key;   ///< in JSON: "psnr_db"
    std::string title; ///< in a table: "PSNR, dB"
    int decimals = 4;
    std::string convention; ///< in a sentence
    std::function<std::optional<Figure>(const FolderMetrics&)> of;
};

/// Every figure that such a report can have, in the order in which they are shown.
std::vector<FigureKind> figureKinds(const FolderMetricsOptions& options);

} // namespace scalekv
