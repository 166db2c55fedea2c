#include "scalekv/metrics.h"

#include "engine/image/picture_pair.h"
#include "scalekv/error.h"

#include <cmath>
#include <limits>
#include <string>

namespace scalekv {
namespace {

constexpr int kChannels = 3;
constexpr int kWindow = kSsimWindow;

/// Sums over some pixels of two pictures: what means, variances and the covariance are made of. Whole
/// numbers, so that adding and taking away leaves no rounding behind.
struct Sums {
    std::int64_t a = 0, b = 0, aa = 0, bb = 0, ab = 0;

    void add(std::int64_t x, std::int64_t y) {
        a += x;
        b += y;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    void remove(std::int64_t x, std::int64_t y) {
        a -= x;
        b -= y;
        aa -= x * x;
        bb -= y * y;
        ab -= x * y;
    }
    Sums& operator+=(const Sums& other) {
        a += other.a;
        b += other.b;
        aa += other.aa;
        bb += other.bb;
        ab += other.ab;
        return *this;
    }
    Sums& operator-=(const Sums& other) {
        a -= other.a;
        b -= other.b;
        aa -= other.aa;
        bb -= other.bb;
        ab -= other.ab;
        return *this;
    }
};

/// SSIM of one window, from the sums over its pixels.
double similarity(const Sums& sums) {
    constexpr double n = kWindow * kWindow;
    constexpr double c1 = 0.01 * 255 * 0.01 * 255;
    constexpr double c2 = 0.03 * 255 * 0.03 * 255;
    const double meanA = double(sums.a) / n, meanB = double(sums.b) / n;
    // n · Σxy − Σx · Σy is exact in whole numbers; divided by n · (n − 1) it is the sample covariance.
    const auto covariance = [](std::int64_t xy, std::int64_t x, std::int64_t y) {
        return double(std::int64_t(kWindow * kWindow) * xy - x * y) / (n * (n - 1));
    };
    const double spreadA = covariance(sums.aa, sums.a, sums.a);
    const double spreadB = covariance(sums.bb, sums.b, sums.b);
    const double together = covariance(sums.ab, sums.a, sums.b);
    return (2 * meanA * meanB + c1) * (2 * together + c2) /
           ((meanA * meanA + meanB * meanB + c1) * (spreadA + spreadB + c2));
}

/// Mean over all windows of one channel. Sums slide down (a column of seven pixels at every x), then right.
double channelSimilarity(const RgbImage& a, const RgbImage& b, int channel) {
    const std::size_t width = std::size_t(a.width), height = std::size_t(a.height);
    const auto at = [width, channel](const RgbImage& image, std::size_t x, std::size_t y) {
        return std::int64_t(image.pixels[(y * width + x) * kChannels + std::size_t(channel)]);
    };
    std::vector<Sums> columns(width);
    double total = 0;
    for (std::size_t y = 0; y < height; ++y) {
        for (std::size_t x = 0; x < width; ++x) {
            columns[x].add(at(a, x, y), at(b, x, y));
            if (y >= kWindow)
                columns[x].remove(at(a, x, y - kWindow), at(b, x, y - kWindow));
        }
        if (y + 1 < kWindow)
            continue;
        Sums window;
        for (std::size_t x = 0; x < width; ++x) {
            window += columns[x];
            if (x >= kWindow)
                window -= columns[x - kWindow];
            if (x + 1 >= kWindow)
                total += similarity(window);
        }
    }
    return total / (double(width - kWindow + 1) * double(height - kWindow + 1));
}

} // namespace

double psnr(const RgbImage& a, const RgbImage& b) {
    checkComparable(a, b, "PSNR");
    std::int64_t squares = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) {
        const std::int64_t difference = std::int64_t(a.pixels[i]) - std::int64_t(b.pixels[i]);
        squares += difference * difference;
    }
    if (squares == 0)
        return std::numeric_limits<double>::infinity();
    return 10 * std::log10(255.0 * 255.0 * double(a.pixels.size()) / double(squares));
}

double ssim(const RgbImage& a, const RgbImage& b) {
    checkComparable(a, b, "SSIM");
    if (a.width < kWindow || a.height < kWindow)
        throw Error("SSIM needs pictures of at least 7x7 pixels, not " + sizeText(a) + ".");
    double total = 0;
    for (int channel = 0; channel < kChannels; ++channel)
        total += channelSimilarity(a, b, channel);
    return total / kChannels;
}

} // namespace scalekv
