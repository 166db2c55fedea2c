#include "app/cli/generation_progress.h"

#include "app/cli/words.h"

#include <utility>

namespace scalekv::cli {

GenerationProgress::GenerationProgress(ProgressLine& line, std::string title, ScalePicture scalePicture)
    : line_(line), title_(std::move(title)), scalePicture_(std::move(scalePicture)) {
    line_.show(0, title_ + "reading the prompt");
}

void GenerationProgress::generationStarted(const ScaleSchedule& schedule, int /*layers*/) {
    schedule_ = schedule;
}

void GenerationProgress::layerFinished(const LayerProgress& progress) {
    timeLeft_.update(progress.workDone, std::chrono::steady_clock::now() - start_);
    std::string text = title_ + scaleText(progress.scale);
    if (const auto left = timeLeft_.left())
        text += ", " + durationText(left->count()) + " left";
    line_.show(progress.workDone, text);
    if (attention_ && progress.attention != nullptr)
        attention_(*progress.attention);
}

void GenerationProgress::scaleFinished(const ScaleReport& report, std::span<const RgbImage> images) {
    line_.milestone(title_ + scaleText(report.scale) + ": " + durationText(report.seconds) + ", cache " +
                    byteText(report.kvBytes));
    if (scalePicture_ && !images.empty())
        scalePicture_(report, images.front());
}

std::string GenerationProgress::scaleText(int scale) const {
    const MapSize map = schedule_.at(std::size_t(scale));
    return "scale " + std::to_string(scale + 1) + "/" + std::to_string(schedule_.size()) + " (" +
           std::to_string(map.height) + "x" + std::to_string(map.width) + ")";
}

} // namespace scalekv::cli
