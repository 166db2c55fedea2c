#include "engine/study/comparison/report/html_text.h"

#include "engine/io/utf8.h"

#include <cstdint>

namespace scalekv {

std::string htmlText(std::string_view text) {
    std::string html;
    while (!text.empty()) {
        const auto character = firstCharacter(text);
        const std::size_t bytes = character ? character->bytes : 1;
        const char32_t code = character ? character->code : 0xFFFD;
        if (!character)
            html += "\xEF\xBF\xBD";
        else if (code == '&')
            html += "&amp;";
        else if (code == '<')
            html += "&lt;";
        else if (code == '>')
            html += "&gt;";
        else if (code == '"')
            html += "&quot;";
        else if (code == '\'')
            html += "&#39;";
        else if ((code < 0x20 && code != '\n') || (code >= 0x7F && code < 0xA0))
            html += ' ';
        else
            html += text.substr(0, bytes);
        text.remove_prefix(bytes);
    }
    return html;
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t at) {
            return at < bytes.size() ? std::uint32_t(static_cast<unsigned char>(bytes[at])) : 0;
        };
        const std::uint32_t three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        for (std::size_t n = 0; n < 4; ++n)
            text += i + n <= bytes.size() ? kLetters[three >> (18 - 6 * n) & 63] : '=';
    }
    return text;
}

} // namespace scalekv
