#pragma once

#include "scalekv/rgb_image.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// Small plain text in pictures, without a font file: stb_easy_font's letters of filled rectangles.
namespace scalekv {

using Rgb = std::array<std::uint8_t, 3>;

enum class TextWeight { Plain, Bold };

/// How text is drawn: `zoom` pixels to a dot of the letters, which are about 6 dots wide and 12 high, line
/// gap included.
struct TextStyle {
    int zoom = 2;
    TextWeight weight = TextWeight::Plain;
    Rgb colour{0, 0, 0};

    constexpr int lineHeight() const { return 12 * zoom; }
};

/// The text as far as there are letters for it: one '?' for every character beyond ASCII, a blank for every
/// control character.
std::string drawable(std::string_view utf8);

/// Pixels that the text takes on one line.
int textWidth(std::string_view utf8, const TextStyle& style);

/// The text, or as much of its start as fits into `width` pixels with "..." behind it (empty where not even
/// those fit).
std::string elided(std::string_view utf8, int width, const TextStyle& style);

/// Draws one line whose top left corner is (x, y). What lies outside the picture is cut off.
void drawText(RgbImage& image, int x, int y, std::string_view utf8, const TextStyle& style);

} // namespace scalekv
