#pragma once

#include "engine/pipeline/loaded_model.h"

#include <stop_token>

namespace scalekv {

/// Makes one small picture of nothing, so that a device has loaded its kernels and chosen among them before
/// anything is measured or somebody waits. Does nothing on the CPU. Throws Cancelled.
void warmUp(const LoadedModel& model, std::stop_token stop = {});

} // namespace scalekv
