#pragma once

#include "engine/io/byte_stream.h"
#include "scalekv/generation.h"
#include "scalekv/run_record.h"

#include <string>

namespace scalekv {

/// A record as numbers, without schedule, layers and bits, which its run has.
std::string recordBytes(const RunRecord& record);
/// Throws Error where it is not one of a run with this plan. `bits`: the run's.
RunRecord recordOf(ByteReader from, const std::vector<ScaleBits>& bits, const GenerationPlan& plan);

} // namespace scalekv
