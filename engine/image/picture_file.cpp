#include "scalekv/picture_file.h"

#include "engine/image/jpeg.h"
#include "scalekv/png.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>

namespace scalekv {

bool isPictureName(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

RgbImage readPicture(const std::filesystem::path& path) {
    std::array<char, 3> start{};
    std::ifstream(path, std::ios::binary).read(start.data(), start.size());
    if (start == std::array{'\xff', '\xd8', '\xff'})
        return readJpeg(path);
    return readPng(path).image;
}

} // namespace scalekv
