#pragma once

#include "app/cli/progress_line.h"
#include "scalekv/observer.h"
#include "scalekv/run_record.h"

#include <functional>
#include <string>

namespace scalekv::cli {

/// Shows one generation in a progress line, hands on the picture of every scale, and keeps a record.
class GenerationProgress final : public GenerationObserver {
public:
    using ScalePicture = std::function<void(const ScaleReport&, const RgbImage&)>;

    /// `title` stands in front of everything ("2/5 "); `scalePicture` may be empty.
    GenerationProgress(ProgressLine& line, std::string title, ScaleSchedule schedule,
                       ScalePicture scalePicture);

    /// Fills `record` with all that the run tells; it must outlive the run.
    void record(RunRecord& record) { record_ = &record; }

    void progressed(const Progress& progress) override;
    void scaleStarted(int scale, MapSize map) override;
    void layerFinished(const LayerProgress& progress) override;
    void bitsChosen(int scale, const ScaleBits& bits) override;
    void scaleFinished(const ScaleReport& report, std::span<const RgbImage> images) override;

private:
    std::string scaleText(int scale) const;

    ProgressLine& line_;
    std::string title_;
    ScalePicture scalePicture_;
    RunRecord* record_ = nullptr;
    ScaleSchedule schedule_;
    std::string doing_ = "reading the prompt";
};

} // namespace scalekv::cli
