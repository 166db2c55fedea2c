#include "engine/image/drawn_text.h"

#include "engine/image/embedded_fonts.h"
#include "engine/io/utf8.h"

#include <stb_truetype.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace scalekv {
namespace {

constexpr const char* kEllipsis = "…";

stbtt_fontinfo opened(std::span<const unsigned char> file) {
    stbtt_fontinfo font;
    if (!stbtt_InitFont(&font, file.data(), stbtt_GetFontOffsetForIndex(file.data(), 0)))
        throw std::logic_error("the embedded font is no TrueType font");
    return font;
}

const stbtt_fontinfo& fontOf(TextWeight weight) {
    static const stbtt_fontinfo plain = opened(dejaVuSans());
    static const stbtt_fontinfo bold = opened(dejaVuSansBold());
    return weight == TextWeight::Bold ? bold : plain;
}

/// A font at a size.
struct Face {
    explicit Face(const TextStyle& style)
        : font(fontOf(style.weight)), scale(stbtt_ScaleForPixelHeight(&font, float(style.lineHeight))) {}

    const stbtt_fontinfo& font;
    float scale; ///< pixels to a unit of the font
};

struct Glyph {
    int index = 0; ///< in the font; 0 is the box for missing characters
    double advance = 0;
    std::size_t end = 0; ///< where the text goes on behind this character
};

std::vector<Glyph> glyphsOf(std::string_view utf8, const Face& face) {
    constexpr char32_t kReplacement = 0xFFFD;
    std::vector<Glyph> glyphs;
    for (std::size_t at = 0; at < utf8.size();) {
        const auto character =
            firstCharacter(utf8.substr(at)).value_or(Utf8Character{.code = kReplacement, .bytes = 1});
        at += character.bytes;
        const bool control = character.code < 0x20 || (character.code >= 0x7F && character.code < 0xA0);
        Glyph glyph{stbtt_FindGlyphIndex(&face.font, control ? ' ' : int(character.code)), 0, at};
        int advance = 0;
        stbtt_GetGlyphHMetrics(&face.font, glyph.index, &advance, nullptr);
        glyph.advance = double(advance) * face.scale;
        glyphs.push_back(glyph);
    }
    return glyphs;
}

/// Mixes a colour into a pixel by how much of it (of 255) is covered.
void blend(std::uint8_t* pixel, const Rgb& colour, int covered) {
    for (std::size_t c = 0; c < colour.size(); ++c)
        pixel[c] = std::uint8_t((pixel[c] * (255 - covered) + colour[c] * covered + 127) / 255);
}

/// `x`, `baseline`: where the glyph's origin comes to lie.
void drawGlyph(RgbImage& image, double x, int baseline, int index, const Face& face, const Rgb& colour) {
    const int column = int(std::floor(x));
    const float shift = float(x - column);
    int left = 0, top = 0, right = 0, bottom = 0;
    stbtt_GetGlyphBitmapBoxSubpixel(&face.font, index, face.scale, face.scale, shift, 0, &left, &top, &right,
                                    &bottom);
    const int width = right - left, height = bottom - top;
    if (width <= 0 || height <= 0)
        return;
    std::vector<unsigned char> covered(std::size_t(width) * std::size_t(height));
    stbtt_MakeGlyphBitmapSubpixel(&face.font, covered.data(), width, height, width, face.scale, face.scale,
                                  shift, 0, index);
    for (int row = 0; row < height; ++row)
        for (int i = 0; i < width; ++i) {
            const int pixelX = column + left + i, pixelY = baseline + top + row;
            if (pixelX >= 0 && pixelX < image.width && pixelY >= 0 && pixelY < image.height)
                blend(
                    &image.pixels[(std::size_t(pixelY) * std::size_t(image.width) + std::size_t(pixelX)) * 3],
                    colour, covered[std::size_t(row) * std::size_t(width) + std::size_t(i)]);
        }
}

} // namespace

int textWidth(std::string_view utf8, const TextStyle& style) {
    double width = 0;
    for (const Glyph& glyph : glyphsOf(utf8, Face(style)))
        width += glyph.advance;
    return int(std::ceil(width));
}

std::string elided(std::string_view utf8, int width, const TextStyle& style) {
    if (textWidth(utf8, style) <= width)
        return std::string(utf8);
    const int room = width - textWidth(kEllipsis, style);
    if (room < 0)
        return {};
    std::size_t kept = 0;
    double used = 0;
    for (const Glyph& glyph : glyphsOf(utf8, Face(style))) {
        used += glyph.advance;
        if (used > room)
            break;
        kept = glyph.end;
    }
    std::string text(utf8.substr(0, kept));
    text.resize(text.find_last_not_of(' ') + 1);
    return text + kEllipsis;
}

void drawText(RgbImage& image, int x, int y, std::string_view utf8, const TextStyle& style) {
    const Face face(style);
    int ascent = 0;
    stbtt_GetFontVMetrics(&face.font, &ascent, nullptr, nullptr);
    const int baseline = y + int(std::lround(double(ascent) * face.scale));
    double at = x;
    for (const Glyph& glyph : glyphsOf(utf8, face)) {
        drawGlyph(image, at, baseline, glyph.index, face, style.colour);
        at += glyph.advance;
    }
}

} // namespace scalekv
