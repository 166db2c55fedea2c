#pragma once

#include "engine/model/rotary.h"
#include "engine/pipeline/next_scale.h"

#include <cstdint>
#include <string>
#include <vector>

namespace scalekv::test {

/// Of a generation with guidance, on the logits or (`guidedLayer` > 0) after a layer, that keeps positions.
inline NextScaleSettings guidedSettings(const std::string& size, double ratio, int guidedLayer) {
    NextScaleSettings settings;
    settings.schedule = scaleSchedule(size, ratio);
    settings.rotaryExtent = rotaryExtent(ratio);
    settings.cfg.assign(settings.schedule.size(), 3.0);
    settings.tau.assign(settings.schedule.size(), 1.0);
    settings.guideLogits = guidedLayer == 0;
    if (guidedLayer > 0)
        settings.guidedLayers = {guidedLayer};
    settings.keepPositions = true;
    return settings;
}

/// Of each of so many layers.
inline std::vector<std::int64_t> sequencesOf(const NextScaleSettings& settings, std::int64_t layers,
                                             std::int64_t prompts) {
    std::vector<std::int64_t> sequences;
    for (std::int64_t layer = 0; layer < layers; ++layer)
        sequences.push_back(settings.sequences(layer, prompts));
    return sequences;
}

} // namespace scalekv::test
