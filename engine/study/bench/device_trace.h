#pragma once

#include "scalekv/bench.h"

#include <c10/core/Device.h>

namespace scalekv {

/// Runs `work` under LibTorch's profiler and counts what the device was given. Nothing is counted where the
/// device's profiling library (CUPTI) is not there.
DeviceTrace traceDevice(const std::function<void()>& work, c10::Device device);

} // namespace scalekv
