#pragma once

#include "scalekv/request.h"

#include <QString>

namespace scalekv::ui {

/// Two or three lines for tooltips: prompt, seed, size, guidance.
QString requestSummary(const GenerationRequest& request);

} // namespace scalekv::ui
