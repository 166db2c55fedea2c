#pragma once

#include <string_view>

namespace scalekv {

/// Whether bytes are text in UTF-8.
bool isUtf8(std::string_view text);

} // namespace scalekv
