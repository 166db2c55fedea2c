#include "app/cli/comparison_progress.h"

#include "app/cli/words.h"

#include <cstdio>

namespace scalekv::cli {

ComparisonProgressLine::ComparisonProgressLine(ProgressLine& line, const ComparisonSettings& settings)
    : line_(line), settings_(settings) {}

void ComparisonProgressLine::progressed(const ComparisonProgress& progress) {
    timeLeft_.update(progress.workDone, std::chrono::steady_clock::now() - start_);
    std::string text = "run " + std::to_string(progress.run) + "/" + std::to_string(progress.runs);
    if (const auto left = timeLeft_.left())
        text += ", " + durationText(left->count()) + " left";
    line_.show(progress.workDone, text + ": " + progress.what);
}

void ComparisonProgressLine::choiceFinished(const ChoiceRecord& record, const RgbImage& /*picture*/) {
    std::string text = settings_.prompts[std::size_t(record.pair.prompt)] + ", seed " +
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
