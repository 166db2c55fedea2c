#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace scalekv {

/// The largest picture that is read.
inline constexpr std::uint64_t kMostPixels = std::uint64_t(1) << 28;

/// What every PNG begins and ends with.
inline constexpr std::string_view kPngStart("\x89PNG\r\n\x1a\n", 8);
inline constexpr std::string_view kPngEnd("\0\0\0\0IEND\xae\x42\x60\x82", 12);

/// What a file with these first bytes is, if it is a picture of another format than PNG: "a JPEG", "an AVIF"
/// …; "" if it is not. Only for saying so: only PNGs are read.
inline std::string_view otherPictureFormat(std::string_view start) {
    using namespace std::string_view_literals;
    struct Format {
        std::string_view start, name;
    };
    static constexpr std::array kFormats{Format{"\xff\xd8\xff"sv, "a JPEG"}, Format{"GIF8"sv, "a GIF"},
                                         Format{"II*\0"sv, "a TIFF"}, Format{"MM\0*"sv, "a TIFF"},
                                         Format{"\0\0\0\x0cJXL "sv, "a JPEG XL"}};
    // A safetensors file begins with a number of eight bytes, whatever letters those are, and then this.
    if (start.size() > 8 && start[8] == '{')
        return "";
    for (const Format& format : kFormats)
        if (start.starts_with(format.start))
            return format.name;
    const auto is = [start](std::size_t at, std::string_view what) {
        return start.size() > at && start.substr(at).starts_with(what);
    };
    if (is(0, "RIFF") && is(8, "WEBP"))
        return "a WebP";
    if (is(4, "ftyp")) // also of films, but these names are of pictures
        return is(8, "avif") ? "an AVIF" : is(8, "hei") ? "a HEIC" : "";
    return "";
}

} // namespace scalekv
