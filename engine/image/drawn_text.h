#pragma once

#include "scalekv/rgb_image.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// Plain text in pictures, in DejaVu Sans. Text is UTF-8: a character that the font lacks is drawn as the
/// font's box for missing ones, a byte that is no UTF-8 as U+FFFD, and a control character as a blank.
namespace scalekv {

using Rgb = std::array<std::uint8_t, 3>;

enum class TextWeight { Plain, Bold };

struct TextStyle {
    int lineHeight = 22; ///< pixels from the top of the highest letters to the bottom of the deepest
    TextWeight weight = TextWeight::Plain;
    Rgb colour{0, 0, 0};
};

/// Pixels that the text takes on one line.
int textWidth(std::string_view utf8, const TextStyle& style);

/// The text, or as much of its start as fits into `width` pixels with "…" behind it (empty where not even
/// that fits).
std::string elided(std::string_view utf8, int width, const TextStyle& style);

/// Draws one line whose top left corner is (x, y). What lies outside the picture is cut off.
void drawText(RgbImage& image, int x, int y, std::string_view utf8, const TextStyle& style);

} // namespace scalekv
