#pragma once

#include "scalekv/rgb_image.h"

#include <filesystem>

namespace scalekv {

/// Reads a JPEG as 8-bit RGB (grey is repeated in all channels), with libjpeg's usual settings, which are
/// those of Pillow too. Throws Error for anything that is not a whole JPEG in grey or YCbCr / RGB.
RgbImage readJpeg(const std::filesystem::path& path);

} // namespace scalekv
