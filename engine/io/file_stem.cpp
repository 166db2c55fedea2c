#include "scalekv/file_stem.h"

#include "engine/io/ascii.h"
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

/// The character as it stands in a name, empty for one that does not.
std::string namePart(const Utf8Character& character, std::string_view bytes) {
    if (character.bytes > 1)
        return isPunctuation(character.code) ? std::string() : std::string(bytes);
    const char c = bytes.front();
    if (!isAsciiLetterOrDigit(c))
        return {};
    return {lowerAscii(c)};
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

std::string titleStem(std::string_view title) {
    return slug(title);
}

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
