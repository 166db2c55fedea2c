#pragma once

#include <cstdint>
#include <vector>

namespace scalekv {

/// 8-bit RGB, rows from the top, no padding: pixels[(y * width + x) * 3 + channel].
struct RgbImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;
    bool empty() const { return pixels.empty(); }
};

} // namespace scalekv
