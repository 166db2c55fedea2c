#pragma once

#include <string_view>

namespace scalekv {

/// Looks at what SentencePiece takes on trust, before it sees the file. A spiece.model is downloaded with a
/// model, from anyone, and these files end the process, which no exception handler can prevent. Up to 0.2.1
/// (those of Debian 12 and Ubuntu 24.04 are older) the library:
///
/// - walks the precompiled character map, a Darts double array that points into a pool of replacement
///   strings, without looking at its bounds: any unit may point gigabytes away (google/sentencepiece#1269);
/// - builds its trie of pieces by recursion over their bytes: a piece of some 100 kB overflows the stack
///   (google/sentencepiece#1263).
///
/// And in every version a replacement may be as long as the pool, so that a short prompt fills the memory.
/// tst_tokenizer shows each of them, in a child process. When all supported systems have a later
/// SentencePiece and that test reports that it survives, the check of the double array's bounds may go.
///
/// Returns what is wrong ("its character map is damaged"), or an empty view when the model is safe to hand to
/// the library. Only unigram models pass, which is what T5 uses.
std::string_view spieceDefect(std::string_view model);

} // namespace scalekv
