#pragma once

#include "scalekv/error.h"
#include "scalekv/rgb_image.h"

#include <string>

namespace scalekv {

/// "1024x768"
inline std::string sizeText(const RgbImage& image) {
    return std::to_string(image.width) + "x" + std::to_string(image.height);
}

/// Throws Error that names `what` (a figure of two pictures) where one of them is empty or incomplete, or
/// they have other sizes.
inline void checkComparable(const RgbImage& a, const RgbImage& b, const std::string& what) {
    for (const RgbImage* image : {&a, &b})
        if (image->width <= 0 || image->height <= 0 ||
            image->pixels.size() != std::size_t(image->width) * std::size_t(image->height) * 3)
            throw Error(what + " needs two pictures, and one of them is empty or incomplete.");
    if (a.width != b.width || a.height != b.height)
        throw Error(what + " needs two pictures of the same size, not " + sizeText(a) + " and " +
                    sizeText(b) + ".");
}

} // namespace scalekv
