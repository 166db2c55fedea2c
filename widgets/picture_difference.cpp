#include "widgets/picture_difference.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace scalekv::widgets {
namespace {

constexpr int kEqual = 128;
constexpr int kWholeBits = 10, kWhole = 1 << kWholeBits; // of the weights below

/// How much red, green and blue count.
std::array<int, 3> weightsOf(DifferenceChannel channel) {
    switch (channel) {
    case DifferenceChannel::Red:
        return {kWhole, 0, 0};
    case DifferenceChannel::Green:
        return {0, kWhole, 0};
    case DifferenceChannel::Blue:
        return {0, 0, kWhole};
    default:
        return {306, 601, 117};
    }
}

/// What each difference from −255 to 255 looks like: a table has no branches that pictures could upset.
using Shades = std::array<std::uint8_t, 511>;
Shades shadesOf(int gain) {
    Shades shades{};
    for (int difference = -255; difference <= 255; ++difference)
        shades[std::size_t(difference + 255)] = std::uint8_t(std::clamp(kEqual + difference * gain, 0, 255));
    return shades;
}

} // namespace

QImage pictureDifference(const QImage& picture, const QImage& reference, int gain,
                         DifferenceChannel channel) {
    if (picture.isNull() || picture.size() != reference.size())
        return {};
    const QImage a = picture.convertToFormat(QImage::Format_RGB32);
    const QImage b = reference.convertToFormat(QImage::Format_RGB32);
    QImage result(a.size(), QImage::Format_RGB32);
    const std::array<int, 3> weights = weightsOf(channel);
    const Shades shades = shadesOf(gain);
    const auto shade = [&](int difference) { return int(shades[std::size_t(difference + 255)]); };
    for (int y = 0; y < a.height(); ++y) {
        const auto* from = reinterpret_cast<const QRgb*>(a.constScanLine(y));
        const auto* other = reinterpret_cast<const QRgb*>(b.constScanLine(y));
        auto* to = reinterpret_cast<QRgb*>(result.scanLine(y));
        for (int x = 0; x < a.width(); ++x) {
            const int red = qRed(from[x]) - qRed(other[x]);
            const int green = qGreen(from[x]) - qGreen(other[x]);
            const int blue = qBlue(from[x]) - qBlue(other[x]);
            if (channel == DifferenceChannel::Rgb) {
                to[x] = qRgb(shade(red), shade(green), shade(blue));
            } else {
                const int sum = weights[0] * red + weights[1] * green + weights[2] * blue;
                const int grey =
                    std::min(255, std::max(0, kEqual + ((sum * gain + kWhole / 2) >> kWholeBits)));
                to[x] = qRgb(grey, grey, grey);
            }
        }
    }
    return result;
}

} // namespace scalekv::widgets
