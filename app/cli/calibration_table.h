#pragma once

#include "scalekv/calibration.h"

#include <string>

namespace scalekv::cli {

/// For people: each scale's selectivity and drafters, then how stable the roles are.
std::string calibrationTable(const Calibration& calibration);

} // namespace scalekv::cli
