#pragma once

#include <algorithm>
#include <string>

namespace scalekv {

/// Of A … Z; anything else stays, whatever the locale.
inline char lowerAscii(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string lowerAscii(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return lowerAscii(c); });
    return text;
}

inline bool isAsciiDigit(char c) {
    return c >= '0' && c <= '9';
}

} // namespace scalekv
