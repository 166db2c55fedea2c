#pragma once

#include "app/cli/progress_line.h"
#include "scalekv/comparison.h"

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
};

} // namespace scalekv::cli
