#pragma once

#include "scalekv/rgb_image.h"

#include <filesystem>
#include <map>
#include <string>

namespace scalekv {

/// PNG text chunks, key → UTF-8 text.
using PngText = std::map<std::string, std::string>;

struct PngFile {
    RgbImage image;
    PngText text;
};

/// Writes a picture whole or not at all (see write_file.h). Throws Error (folder missing, disk full, …).
void writePng(const std::filesystem::path& path, const RgbImage& image, const PngText& text = {});

/// The same in memory: a whole file.
std::string pngBytes(const RgbImage& image, const PngText& text = {});

/// Reads any PNG as 8-bit RGB (alpha is laid over white). Throws Error for anything that is not a whole, sane
/// PNG.
PngFile readPng(const std::filesystem::path& path);

} // namespace scalekv
