#pragma once

#include "scalekv/comparison.h"

#include <string>

namespace scalekv {

/// The stored form, as it stands in results.json.
std::string toJson(const ComparisonSettings& settings);
/// Throws Error "WHAT: FIELD …", also where checkComparison() does.
ComparisonSettings comparisonSettingsFromJson(const std::string& json, const std::string& what);

} // namespace scalekv
