#pragma once

#include "scalekv/comparison.h"

#include <nlohmann/json.hpp>

/// What writing and reading a comparison's JSON share.
namespace scalekv {

constexpr int kComparisonVersion = 1;

/// What must be the same for results to belong together: program, model, settings, schedule. Text that is not
/// UTF-8 is replaced, as in the file.
nlohmann::ordered_json identityJson(const Comparison& comparison);

/// "teacher-forced", "free", "both".
std::string modeName(ComparisonMode mode);

} // namespace scalekv
