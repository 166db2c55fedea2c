#pragma once

#include "scalekv/png.h"

#include <string>
#include <string_view>

namespace scalekv {

/// As readPng(), of a whole file in memory. `what` names it in messages.
PngFile readPngBytes(std::string_view bytes, const std::string& what);

} // namespace scalekv
