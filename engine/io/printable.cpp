#include "engine/io/printable.h"

#include <algorithm>
#include <cstddef>

namespace scalekv {
namespace {

constexpr std::size_t kLongestName = 160;
constexpr std::size_t kLongestPath = 4096;

/// Bytes of the UTF-8 character at the start of `text`, 0 where there is none.
std::size_t characterLength(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80             ? 1
                               : (lead & 0xE0) == 0xC0 ? 2
                               : (lead & 0xF0) == 0xE0 ? 3
                               : (lead & 0xF8) == 0xF0 ? 4
                                                       : 0;
    if (length == 0 || length > text.size())
        return 0;
    const bool continued = std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length),
                                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
    return continued ? length : 0;
}

std::string cleaned(std::string_view text, std::size_t longest) {
    std::string result;
    while (!text.empty()) {
        if (result.size() >= longest)
            return result + "…";
        const std::size_t length = characterLength(text);
        const bool control = static_cast<unsigned char>(text.front()) < 0x20 || text.front() == 0x7F;
        if (length == 0 || control) {
            result += '?';
            text.remove_prefix(1);
        } else {
            result += text.substr(0, length);
            text.remove_prefix(length);
        }
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
