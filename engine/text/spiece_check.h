#pragma once

#include <string_view>

namespace scalekv {

/// Looks at the parts of a serialized SentencePiece model that the library walks without bounds checks: the
/// precompiled character map (a Darts double array that points into a pool of replacement strings).
/// Returns what is wrong ("its character map is damaged"), or an empty view when the model is safe to hand
/// to the library. Only unigram models pass, which is what T5 uses.
std::string_view spieceDefect(std::string_view model);

} // namespace scalekv
