#include "engine/io/printable.h"

#include "engine/io/utf8.h"

#include <cstddef>

namespace scalekv {
namespace {

constexpr std::size_t kLongestName = 160;
constexpr std::size_t kLongestPath = 4096;

std::string cleaned(std::string_view text, std::size_t longest) {
    std::string result;
    while (!text.empty()) {
        if (result.size() >= longest)
            return result + "…";
        const auto character = firstCharacter(text);
        const bool shown = character && character->code >= 0x20 && character->code != 0x7F;
        const std::size_t bytes = character ? character->bytes : 1;
        result += shown ? text.substr(0, bytes) : "?";
        text.remove_prefix(bytes);
    }
    return result;
}

} // namespace

std::string printable(std::string_view text) {
    return cleaned(text, kLongestName);
}

std::string pathText(const std::filesystem::path& path) {
    return cleaned(path.string(), kLongestPath);
}

} // namespace scalekv
