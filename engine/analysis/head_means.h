#pragma once

#include "scalekv/layer_attention.h"

#include <span>

namespace scalekv {

/// The mean over heads, of which there is at least one. NaN (no history, or not asked for) stays NaN.
HeadAttention meanOf(std::span<const HeadAttention> heads);

} // namespace scalekv
