#include "app/cli/comparison_progress.h"

#include <cstdio>

namespace scalekv::cli {

ComparisonProgressLine::ComparisonProgressLine(ProgressLine& line, const ComparisonSettings& settings)
    : line_(line), settings_(settings) {}

void ComparisonProgressLine::progressed(const ComparisonProgress& progress) {
    line_.show(progress.progress, "run " + std::to_string(progress.run) + "/" +
                                      std::to_string(progress.runs) + " (" + progress.policy.text() +
                                      (progress.how.empty() ? "" : ", " + progress.how) + ")");
}

void ComparisonProgressLine::choiceFinished(const ChoiceRecord& record, const RgbImage& /*picture*/) {
    std::string text = settings_.request.prompts[std::size_t(record.pair.prompt)] + ", seed " +
                       std::to_string(record.pair.seed) + ": " +
                       settings_.choices[std::size_t(record.choice)].text();
    char figure[64];
    if (record.teacherForced) {
        std::snprintf(figure, sizeof figure, ", KL %.5f", record.teacherForced->kl);
        text += figure;
    }
    if (record.free) {
        std::snprintf(figure, sizeof figure, ", %.1f dB", record.free->psnr);
        text += figure;
    }
    line_.milestone(text);
}

} // namespace scalekv::cli
