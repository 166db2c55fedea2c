#pragma once

#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <vector>

namespace scalekv {

/// The bits that were chosen at one scale. Those of all scales and the request are a whole run: fed again,
/// they make the same picture, and the same attention, without anything being drawn.
struct ScaleBits {
    MapSize map;                      ///< of the scale on the VAE's grid: h, w
    int bits = 0;                     ///< d, of one position
    int prompts = 0;                  ///< B
    std::vector<std::uint8_t> packed; ///< [B, h, w, d], eight a byte, the lowest first

    std::int64_t count() const { return prompts * map.tokens() * bits; }
    std::int64_t packedBytes() const { return (count() + 7) / 8; }
    bool operator==(const ScaleBits&) const = default;
};

} // namespace scalekv
