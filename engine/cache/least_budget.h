#pragma once

#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <span>
#include <string>

namespace scalekv {

/// "7.93 % or 21 tokens": the least budget with which a policy that needs so many can run, as a share that is
/// not rounded below it.
std::string leastBudget(std::span<const MapSize> schedule, std::int64_t tokens);

} // namespace scalekv
