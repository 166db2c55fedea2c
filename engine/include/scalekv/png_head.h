#pragma once

#include "scalekv/error.h"
#include "scalekv/png.h"

#include <filesystem>

namespace scalekv {

/// What a PNG says before and after its pixels.
struct PngHead {
    int width = 0;
    int height = 0;
    PngText text;
};

/// Not the file's fault: the disk, or the system, did not give it. Another time it may.
struct UnreadError : Error {
    using Error::Error;
};

/// Reads it without unpacking the pixels: tens of microseconds a file. Throws Error for what is no PNG, or
/// was cut short (damage within the pixels goes unseen), and UnreadError.
PngHead readPngHead(const std::filesystem::path& path);

} // namespace scalekv
