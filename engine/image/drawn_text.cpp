#include "engine/image/drawn_text.h"

#include <stb_easy_font.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace scalekv {
namespace {

/// stb's letters are taken one by one: its own loop adds up a global spacing, and cuts at its buffer's end.
int advanceOf(char letter) {
    std::array<char, 2> text{letter, 0};
    return stb_easy_font_width(text.data());
}

void fill(RgbImage& image, int left, int top, int right, int bottom, const Rgb& colour) {
    left = std::max(left, 0);
    top = std::max(top, 0);
    right = std::min(right, image.width);
    bottom = std::min(bottom, image.height);
    for (int y = top; y < bottom; ++y)
        for (int x = left; x < right; ++x)
            std::copy(colour.begin(), colour.end(),
                      image.pixels.begin() + (std::ptrdiff_t(y) * image.width + x) * 3);
}

void drawLetter(RgbImage& image, int x, int y, char letter, const TextStyle& style) {
    struct Corner { // as stb_easy_font.h describes its vertex buffer
        float x, y, z;
        std::array<unsigned char, 4> colour;
    };
    using Quad = std::array<Corner, 4>; // clockwise from the top left
    constexpr std::size_t kMostQuads = 32;
    alignas(float) std::array<char, kMostQuads * sizeof(Quad)> buffer{};
    std::array<char, 2> text{letter, 0};
    const int count =
        stb_easy_font_print(0, 0, text.data(), nullptr, buffer.data(), static_cast<int>(buffer.size()));
    // Bold is every dot drawn twice, half a dot apart.
    const int widening = style.weight == TextWeight::Bold ? std::max(1, style.zoom / 2) : 0;
    for (int n = 0; n < count; ++n) {
        Quad quad;
        std::memcpy(&quad, buffer.data() + std::size_t(n) * sizeof quad, sizeof quad);
        fill(image, x + int(quad[0].x) * style.zoom, y + int(quad[0].y) * style.zoom,
             x + int(quad[2].x) * style.zoom + widening, y + int(quad[2].y) * style.zoom, style.colour);
    }
}

int advance(char letter, const TextStyle& style) {
    return advanceOf(letter) * style.zoom;
}

} // namespace

std::string drawable(std::string_view utf8) {
    std::string text;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        const bool continues = (byte & 0xC0) == 0x80; // its character's first byte has been replaced
        if (byte >= 0x20 && byte < 0x7F)
            text += c;
        else if (byte < 0x80)
            text += ' ';
        else if (!continues)
            text += '?';
    }
    return text;
}

int textWidth(std::string_view utf8, const TextStyle& style) {
    int width = 0;
    for (const char letter : drawable(utf8))
        width += advance(letter, style);
    return width;
}

std::string elided(std::string_view utf8, int width, const TextStyle& style) {
    constexpr const char* kDots = "...";
    std::string text = drawable(utf8);
    if (textWidth(text, style) <= width)
        return text;
    const int room = width - textWidth(kDots, style);
    if (room < 0)
        return {};
    std::size_t kept = 0;
    for (int used = 0; kept < text.size(); ++kept) {
        used += advance(text[kept], style);
        if (used > room)
            break;
    }
    text.resize(kept);
    text.resize(text.find_last_not_of(' ') + 1);
    return text + kDots;
}

void drawText(RgbImage& image, int x, int y, std::string_view utf8, const TextStyle& style) {
    for (const char letter : drawable(utf8)) {
        drawLetter(image, x, y, letter, style);
        x += advance(letter, style);
    }
}

} // namespace scalekv
