#include "engine/image/resample.h"

#include "scalekv/error.h"

#include <stb_image_resize.h>

#include <new>

namespace scalekv {

RgbImage resampled(const RgbImage& picture, int width, int height) {
    if (picture.empty() || width <= 0 || height <= 0)
        throw Error("An empty picture cannot be scaled, nor a picture to nothing.");
    constexpr int kChannels = 3;
    RgbImage result{width, height,
                    std::vector<std::uint8_t>(std::size_t(width) * std::size_t(height) * kChannels)};
    // stb's "box" is as wide as a new pixel, with ramps as wide as an old one: the share of the old pixel
    // that the new one covers.
    if (!stbir_resize_uint8_generic(picture.pixels.data(), picture.width, picture.height, 0,
                                    result.pixels.data(), width, height, 0, kChannels,
                                    STBIR_ALPHA_CHANNEL_NONE, 0, STBIR_EDGE_CLAMP, STBIR_FILTER_BOX,
                                    STBIR_COLORSPACE_LINEAR, nullptr))
        throw std::bad_alloc();
    return result;
}

} // namespace scalekv
