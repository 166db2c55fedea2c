#pragma once

#include "scalekv/rgb_image.h"
#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <string>
#include <vector>

namespace scalekv {

/// What one scale cost.
struct ScaleReport {
    int scale = 0; ///< zero-based
    MapSize map;
    std::int64_t historyTokens = 0; ///< tokens of all earlier scales, evicted ones included
    std::int64_t kvBytes = 0; ///< bytes of stored keys and values after this scale, all layers and sequences
    double seconds = 0;       ///< everything of this scale, previews included
    double attentionSeconds = 0; ///< self and cross attention
    double gemmSeconds = 0;      ///< linear layers
    double selectionSeconds = 0; ///< choosing what stays in the cache, and compacting it
    double probeSeconds = 0;     ///< looking at attention, where that was asked for
    double decodeSeconds = 0;    ///< preview (or, at the last scale, final) VAE decoding
};

struct GenerationReport {
    std::vector<ScaleReport> scales;
    std::vector<RgbImage> images; ///< one a prompt
    double textSeconds = 0;       ///< tokenizer and T5
    double totalSeconds = 0;
    std::int64_t peakKvBytes = 0;       ///< most bytes of stored keys and values at any time
    std::int64_t scratchBytes = 0;      ///< the shared room for the current map's keys and values
    std::int64_t weightBytes = 0;       ///< weights of all three parts as held for computing
    std::int64_t peakResidentBytes = 0; ///< of the process so far (VmHWM)
    std::int64_t peakDeviceBytes = 0;   ///< in the device's tensors while it ran, weights included; 0: CPU
    std::string precision;              ///< "bf16" or "fp32"
    std::string device;                 ///< "cpu", "cuda:0"
};

} // namespace scalekv
