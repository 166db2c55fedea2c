#pragma once

#include "scalekv/rgb_image.h"

namespace scalekv {

/// The picture at another size: every new pixel is the mean of the area that it covers, of the bytes as they
/// are (no gamma). Enlarging by a whole factor therefore repeats pixels. Throws Error where the picture or
/// the new size is empty.
RgbImage resampled(const RgbImage& picture, int width, int height);

} // namespace scalekv
