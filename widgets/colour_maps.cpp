#include "widgets/colour_maps.h"

#include <QPalette>

#include <algorithm>
#include <array>
#include <cmath>

namespace scalekv::widgets {
namespace {

template <size_t N>
QColor interpolate(const std::array<QRgb, N>& table, double t) {
    const double place = (std::isnan(t) ? 0.0 : std::clamp(t, 0.0, 1.0)) * (N - 1);
    const size_t below = std::min(static_cast<size_t>(place), N - 2);
    const double part = place - static_cast<double>(below);
    const auto mix = [&](int (*channel)(QRgb)) {
        return static_cast<int>(
            std::lround(channel(table[below]) * (1 - part) + channel(table[below + 1]) * part));
    };
    return {mix(qRed), mix(qGreen), mix(qBlue), mix(qAlpha)};
}

} // namespace

QColor sequentialColour(double t) {
    // Every tenth of matplotlib's viridis (CC0); linear between them it is off by less than one can see.
    static constexpr std::array<QRgb, 11> kViridis{0xff440154, 0xff482475, 0xff414487, 0xff355f8d,
                                                   0xff2a788e, 0xff21918c, 0xff22a884, 0xff44bf70,
                                                   0xff7ad151, 0xffbddf26, 0xfffde725};
    return interpolate(kViridis, t);
}

QColor divergingColour(double t) {
    static constexpr std::array<QRgb, 5> kBlueOrange{0xff0b2f6b, 0xff3f6fb5, 0xff92959a, 0xffe3a556,
                                                     0xfffff0b0};
    return interpolate(kBlueOrange, (t + 1) / 2);
}

QColor heatColour(double t) {
    static constexpr std::array<QRgb, 5> kVeilToAmber{0x66000000, 0x7a3c0f05, 0xa0c04010, 0xc8f58a18,
                                                      0xe6ffd040};
    return interpolate(kVeilToAmber, t);
}

QColor categoryColour(int index) {
    static constexpr std::array<QRgb, 8> kOkabeIto{0xff0072b2, 0xffe69f00, 0xff009e73, 0xfff0e442,
                                                   0xffd55e00, 0xff56b4e9, 0xffcc79a7, 0xff555555};
    return QColor(kOkabeIto[static_cast<size_t>(std::max(index, 0)) % kOkabeIto.size()]);
}

QColor lineColour(int index) {
    // Okabe and Ito's, and what can still be told from them.
    static constexpr std::array<QRgb, 11> kOnEitherGround{0xff56b4e9, 0xffe69f00, 0xff009e73, 0xffcc79a7,
                                                          0xffd55e00, 0xff0072b2, 0xff8a63d2, 0xff9c9a00,
                                                          0xff9b6a3c, 0xffb0305c, 0xff888888};
    return QColor(kOnEitherGround[static_cast<size_t>(std::max(index, 0)) % kOnEitherGround.size()]);
}

QVector<QColor> seriesColours(int count) {
    QVector<QColor> colours;
    for (int i = 0; i < count; ++i)
        colours += sequentialColour(count > 1 ? 0.13 + 0.86 * i / (count - 1) : 0.3);
    return colours;
}

QColor contrastTo(const QColor& ground) {
    const auto linear = [](double s) {
        return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
    };
    const double luminance =
        0.2126 * linear(ground.redF()) + 0.7152 * linear(ground.greenF()) + 0.0722 * linear(ground.blueF());
    // Where both give the same contrast by WCAG: (l + 0.05) / 0.05 = 1.05 / (l + 0.05).
    return luminance > 0.179 ? Qt::black : Qt::white;
}

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

} // namespace scalekv::widgets
