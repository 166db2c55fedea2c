#include "engine/io/printable.h"

#include "engine/io/utf8.h"

namespace scalekv {
namespace {

constexpr std::size_t kLongestPath = 4096;

/// C0 and DEL, and C1, whose U+009B begins an escape sequence as "ESC [" does.
bool isControl(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

} // namespace

std::string printable(std::string_view text, std::size_t longest) {
    std::string result;
    while (!text.empty()) {
        if (result.size() >= longest)
            return result + "…";
        const auto character = firstCharacter(text);
        const std::size_t bytes = character ? character->bytes : 1;
        result += character && !isControl(character->code) ? text.substr(0, bytes) : "?";
        text.remove_prefix(bytes);
    }
    return result;
}

std::string pathText(const std::filesystem::path& path) {
    return printable(path.string(), kLongestPath);
}

} // namespace scalekv
