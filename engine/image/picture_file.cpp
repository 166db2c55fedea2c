#include "scalekv/picture_file.h"

#include "engine/image/jpeg.h"
#include "engine/io/ascii.h"
#include "scalekv/png.h"

#include <array>
#include <fstream>
#include <string>

namespace scalekv {

bool isPictureName(const std::filesystem::path& path) {
    const std::string ending = lowerAscii(path.extension().string());
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
