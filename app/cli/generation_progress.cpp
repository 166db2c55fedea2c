#include "app/cli/generation_progress.h"

#include "scalekv/unit_text.h"

#include <utility>

namespace scalekv::cli {

GenerationProgress::GenerationProgress(ProgressLine& line, std::string title, ScaleSchedule schedule,
                                       ScalePicture scalePicture)
    : line_(line), title_(std::move(title)), scalePicture_(std::move(scalePicture)),
      schedule_(std::move(schedule)) {
    line_.show(0, title_ + doing_);
}

void GenerationProgress::progressed(const Progress& progress) {
    line_.show(progress, title_ + doing_);
}

void GenerationProgress::scaleStarted(int scale, MapSize /*map*/) {
    doing_ = scaleText(scale);
}

void GenerationProgress::layerFinished(const LayerProgress& progress) {
    if (record_ != nullptr)
        record_->add(progress);
}

void GenerationProgress::bitsChosen(int scale, const ScaleBits& bits) {
    if (record_ != nullptr)
        record_->add(scale, bits);
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
