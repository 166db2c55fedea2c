#pragma once

#include "app/cli/progress_line.h"
#include "scalekv/comparison.h"
#include "scalekv/time_left.h"

#include <chrono>

namespace scalekv::cli {

/// Shows a comparison in a progress line.
class ComparisonProgressLine final : public ComparisonObserver {
public:
    ComparisonProgressLine(ProgressLine& line, const ComparisonSettings& settings);

    void progressed(const ComparisonProgress& progress) override;
    void choiceFinished(const ChoiceRecord& record, const RgbImage& picture) override;

private:
    ProgressLine& line_;
    const ComparisonSettings& settings_;
    TimeLeft timeLeft_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace scalekv::cli
