#pragma once

#include "scalekv/scale_schedule.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace scalekv {

/// Angles of the two-dimensional rotary embedding for one token map, [h·w, headDim / 2].
struct RotaryAngles {
    at::Tensor cosines; ///< fp32
    at::Tensor sines;
    at::Tensor turns; ///< both as complex numbers, cosine + i · sine
};

/// The first half of a head's pairs turns with the row, the second with the column; base 10000. The rows of
/// any map are spread over `extent` (see rotaryExtent()): position = round(i · extent.height / map.height) in
/// fp32, half to even (released code, rope2d_normalized_by_hw = 2).
RotaryAngles rotaryAngles(MapSize map, MapSize extent, std::int64_t headDim, at::Device device);

/// Those of every map of a schedule, brought to the device at once.
std::vector<RotaryAngles> rotaryAngles(const ScaleSchedule& schedule, MapSize extent, std::int64_t headDim,
                                       at::Device device);

} // namespace scalekv
