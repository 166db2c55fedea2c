#pragma once

#include "scalekv/rgb_image.h"

#include <filesystem>

namespace scalekv {

/// Whether a file's name ends as that of a picture that readPicture() reads: .png, .jpg or .jpeg, in any case
/// of letters.
bool isPictureName(const std::filesystem::path& path);

/// Reads a PNG or a JPEG, whichever it is by its content, as 8-bit RGB. Grey is repeated in all channels, as
/// the paper's script does. Throws Error for anything that is no whole picture, and for JPEGs in CMYK.
RgbImage readPicture(const std::filesystem::path& path);

} // namespace scalekv
