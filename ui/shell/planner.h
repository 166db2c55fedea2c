#pragma once

#include "scalekv/generation.h"

#include <QString>

#include <functional>
#include <optional>

namespace scalekv::ui {

/// What a request will do and hold with the loaded model: in microseconds, also while a picture is made. None
/// while there is no model. Throws Error where it cannot be done.
using Planner = std::function<std::optional<GenerationPlan>(const GenerationRequest& request)>;

/// Why a request cannot be done, in a sentence; empty: it can, or nobody knows.
QString planProblem(const Planner& planner, const GenerationRequest& request);

} // namespace scalekv::ui
