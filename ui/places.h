#pragma once

#include "ui/shell/main_window.h"

namespace scalekv::ui {

/// The places of the Studio in the order of the bar.
std::vector<PlaceMaker> studioPlaces();

} // namespace scalekv::ui
