#pragma once

#include "app/cli/progress_line.h"
#include "scalekv/observer.h"

#include <functional>
#include <string>

namespace scalekv::cli {

/// Shows one generation in a progress line, and hands on the picture of every scale and what was seen of
/// attention.
class GenerationProgress final : public GenerationObserver {
public:
    using ScalePicture = std::function<void(const ScaleReport&, const RgbImage&)>;

    /// `title` stands in front of everything ("2/5 "); `scalePicture` may be empty.
    GenerationProgress(ProgressLine& line, std::string title, ScaleSchedule schedule,
                       ScalePicture scalePicture);

    /// What was asked to be looked at, layer by layer.
    void onAttention(std::function<void(const LayerAttention&)> attention) {
        attention_ = std::move(attention);
    }

    void progressed(const Progress& progress) override;
    void scaleStarted(int scale, MapSize map) override;
    void layerFinished(const LayerProgress& progress) override;
    void scaleFinished(const ScaleReport& report, std::span<const RgbImage> images) override;

private:
    std::string scaleText(int scale) const;

    ProgressLine& line_;
    std::string title_;
    ScalePicture scalePicture_;
    std::function<void(const LayerAttention&)> attention_;
    ScaleSchedule schedule_;
    std::string doing_ = "reading the prompt";
};

} // namespace scalekv::cli
