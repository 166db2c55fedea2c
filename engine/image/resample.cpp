#include "engine/image/resample.h"

#include "scalekv/error.h"

#include <algorithm>
#include <cmath>

namespace scalekv {
namespace {

/// One pixel of the new picture covers old pixels from `first` on, each by one of `shares` (their sum is 1).
struct Cover {
    std::size_t first = 0;
    std::vector<double> shares;
};

std::vector<Cover> covers(int from, int to) {
    // In units of 1 / to of an old pixel all borders are whole numbers: no share is lost to rounding.
    std::vector<Cover> result(static_cast<std::size_t>(to));
    for (std::int64_t n = 0; n < to; ++n) {
        const std::int64_t start = n * from, end = start + from;
        Cover& cover = result[std::size_t(n)];
        cover.first = std::size_t(start / to);
        for (std::int64_t old = start / to; old * to < end; ++old)
            cover.shares.push_back(double(std::min(end, (old + 1) * to) - std::max(start, old * to)) / from);
    }
    return result;
}

} // namespace

RgbImage resampled(const RgbImage& picture, int width, int height) {
    if (picture.empty() || width <= 0 || height <= 0)
        throw Error("An empty picture cannot be scaled, nor a picture to nothing.");
    if (width == picture.width && height == picture.height)
        return picture;
    const std::vector<Cover> across = covers(picture.width, width), down = covers(picture.height, height);
    RgbImage result{width, height, std::vector<std::uint8_t>(std::size_t(width) * std::size_t(height) * 3)};
    std::vector<double> row(std::size_t(picture.width) * 3); // old columns, already averaged over rows
    for (std::size_t y = 0; y < down.size(); ++y) {
        std::fill(row.begin(), row.end(), 0.0);
        for (std::size_t n = 0; n < down[y].shares.size(); ++n) {
            const std::uint8_t* old = picture.pixels.data() + (down[y].first + n) * row.size();
            for (std::size_t i = 0; i < row.size(); ++i)
                row[i] += down[y].shares[n] * old[i];
        }
        std::uint8_t* target = result.pixels.data() + y * across.size() * 3;
        for (const Cover& cover : across)
            for (std::size_t c = 0; c < 3; ++c) {
                double value = 0;
                for (std::size_t n = 0; n < cover.shares.size(); ++n)
                    value += cover.shares[n] * row[(cover.first + n) * 3 + c];
                *target++ = std::uint8_t(std::lround(std::clamp(value, 0.0, 255.0)));
            }
    }
    return result;
}

} // namespace scalekv
