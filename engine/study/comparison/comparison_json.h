#pragma once

#include "scalekv/comparison.h"

#include "engine/pipeline/request_json.h"

/// What writing and reading a comparison's JSON share.
namespace scalekv {

constexpr int kComparisonVersion = 2; // 1 did not name the weights: not continued

/// What must be the same for results to belong together: program, model, settings, schedule. Text that is not
/// UTF-8 is replaced, as in the file.
OrderedJson identityJson(const Comparison& comparison);

/// The settings alone, and back. Throws Error that names the field.
OrderedJson settingsJson(const ComparisonSettings& settings);
ComparisonSettings readSettings(const JsonFields& fields);

} // namespace scalekv
