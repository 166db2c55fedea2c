#pragma once

#include "scalekv/utf8.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace scalekv {

/// A character of UTF-8 text.
struct Utf8Character {
    char32_t code = 0;
    std::size_t bytes = 0;
};

/// The character at the start of `text`. None where there is none: no text, a byte that starts or continues
/// nothing, a form longer than it need be, half a surrogate pair, or a number past U+10FFFF.
std::optional<Utf8Character> firstCharacter(std::string_view text);

/// Of a code beyond ASCII: spaces, punctuation and marks of direction, which part words and only make a
/// file's name hard to read and to type. What no block of Unicode names as such counts as a letter.
bool isPunctuation(char32_t point);

} // namespace scalekv
