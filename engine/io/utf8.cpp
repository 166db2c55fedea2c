#include "engine/io/utf8.h"

#include <algorithm>
#include <array>

namespace scalekv {

std::optional<Utf8Character> firstCharacter(std::string_view text) {
    if (text.empty())
        return std::nullopt;
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80             ? 1
                               : (lead & 0xE0) == 0xC0 ? 2
                               : (lead & 0xF0) == 0xE0 ? 3
                               : (lead & 0xF8) == 0xF0 ? 4
                                                       : 0;
    if (length == 0 || length > text.size())
        return std::nullopt;
    char32_t code = length == 1 ? lead : lead & (0x7FU >> length);
    for (const char c : text.substr(1, length - 1)) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0) != 0x80)
            return std::nullopt;
        code = code << 6 | (byte & 0x3FU);
    }
    constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000}; // of that many bytes
    if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return std::nullopt;
    return Utf8Character{code, length};
}

bool isUtf8(std::string_view text) {
    while (!text.empty()) {
        const auto character = firstCharacter(text);
        if (!character)
            return false;
        text.remove_prefix(character->bytes);
    }
    return true;
}

bool isPunctuation(char32_t point) {
    struct Range {
        char32_t first, last;
    };
    constexpr std::array kBlocks = {Range{0x80, 0xA9},     Range{0xAB, 0xB4},     Range{0xB6, 0xB9},
                                    Range{0xBB, 0xBF},     Range{0xD7, 0xD7},     Range{0xF7, 0xF7},
                                    Range{0x2000, 0x206F}, Range{0x2E00, 0x2E7F}, Range{0x3000, 0x3004},
                                    Range{0x3008, 0x3020}, Range{0xFE10, 0xFE1F}, Range{0xFE30, 0xFE6F},
                                    Range{0xFEFF, 0xFEFF}, Range{0xFF01, 0xFF0F}, Range{0xFF1A, 0xFF20},
                                    Range{0xFF3B, 0xFF40}, Range{0xFF5B, 0xFF65}, Range{0xFFF0, 0xFFFF}};
    return std::any_of(kBlocks.begin(), kBlocks.end(),
                       [&](const Range& block) { return point >= block.first && point <= block.last; });
}

} // namespace scalekv
