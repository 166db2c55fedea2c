#pragma once

#include "scalekv/request.h"

#include <QString>

namespace scalekv::ui {

/// What the files of a request's first picture are called, without ending: the engine's name, and the policy
/// where one is used, so that pictures which are compared do not all suggest one name.
QString pictureStem(const GenerationRequest& request);

} // namespace scalekv::ui
