#pragma once

#include <span>

/// The DejaVu fonts as TrueType files, put into the library when it is built (see resources/fonts/NOTICE).
namespace scalekv {

std::span<const unsigned char> dejaVuSans();
std::span<const unsigned char> dejaVuSansBold();

} // namespace scalekv
