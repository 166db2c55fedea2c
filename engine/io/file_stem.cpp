#include "scalekv/file_stem.h"

#include "engine/io/utf8.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace scalekv {
namespace {

constexpr std::size_t kLongestStem = 60; // bytes of the prompt; file names may have 255 in all

bool isAsciiLetterOrDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Spaces, punctuation and marks of direction, which only make a file's name hard to read and to type. What
/// no block of Unicode names as such counts as a letter.
bool isSeparator(char32_t point) {
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

/// The character as it stands in a name, empty for one that does not.
std::string namePart(const Utf8Character& character, std::string_view bytes) {
    if (character.bytes > 1)
        return isSeparator(character.code) ? std::string() : std::string(bytes);
    const char c = bytes.front();
    if (!isAsciiLetterOrDigit(c))
        return {};
    return {c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c};
}

std::string slug(std::string_view prompt) {
    std::string name;
    while (!prompt.empty()) {
        const auto character = firstCharacter(prompt);
        const std::size_t bytes = character ? character->bytes : 1;
        const std::string part = character ? namePart(*character, prompt.substr(0, bytes)) : std::string();
        prompt.remove_prefix(bytes);
        if (name.size() + std::max<std::size_t>(part.size(), 1) > kLongestStem)
            break;
        if (!part.empty())
            name += part;
        else if (!name.empty() && name.back() != '-')
            name += '-';
    }
    while (!name.empty() && name.back() == '-')
        name.pop_back();
    return name.empty() ? "picture" : name;
}

} // namespace

std::string fileStem(std::string_view prompt, std::uint64_t seed, std::optional<int> number) {
    std::string stem = slug(prompt) + "-" + std::to_string(seed);
    if (number) {
        std::array<char, 16> digits{};
        std::snprintf(digits.data(), digits.size(), "%03d-", *number);
        stem = digits.data() + stem;
    }
    return stem;
}

} // namespace scalekv
