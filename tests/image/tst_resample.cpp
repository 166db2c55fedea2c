#include "engine/image/resample.h"
#include "scalekv/error.h"

#include <QSize>
#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

using namespace scalekv;

namespace {

using Rgb = std::array<std::uint8_t, 3>;

RgbImage flat(int width, int height, Rgb colour) {
    RgbImage image{width, height, {}};
    for (int n = 0; n < width * height; ++n)
        image.pixels.insert(image.pixels.end(), colour.begin(), colour.end());
    return image;
}

Rgb pixel(const RgbImage& image, int x, int y) {
    const std::size_t at = std::size_t(y * image.width + x) * 3;
    return {image.pixels[at], image.pixels[at + 1], image.pixels[at + 2]};
}

std::int64_t count(const RgbImage& image, Rgb colour) {
    std::int64_t found = 0;
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x)
            found += pixel(image, x, y) == colour;
    return found;
}

constexpr Rgb kRed{200, 0, 0};
constexpr Rgb kBlack{0, 0, 0};

/// Mean of a channel between two corners that need not lie on whole pixels.
double meanOfArea(const RgbImage& image, std::size_t channel, double left, double top, double right,
                  double bottom) {
    const auto overlap = [](int pixel, double from, double to) {
        return std::max(0.0, std::min(to, pixel + 1.0) - std::max(from, double(pixel)));
    };
    double sum = 0;
    for (int y = int(top); y < std::min(image.height, int(std::ceil(bottom))); ++y)
        for (int x = int(left); x < std::min(image.width, int(std::ceil(right))); ++x)
            sum += pixel(image, x, y)[channel] * overlap(x, left, right) * overlap(y, top, bottom);
    return sum / ((right - left) * (bottom - top));
}

} // namespace

class TestResample : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void enlargingByAWholeFactorRepeatsPixels() {
        const RgbImage small{2, 1, {10, 20, 30, 200, 100, 50}};
        const RgbImage large = resampled(small, 6, 2);
        for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 6; ++x)
                QVERIFY(pixel(large, x, y) == pixel(small, x / 3, 0));
    }

    void reducingTakesTheMeanOfTheCoveredArea() {
        // Three columns become two: each new one covers a whole old one and half of the middle one.
        const RgbImage three{3, 1, {0, 90, 30, 90, 0, 60, 180, 240, 90}};
        const RgbImage two = resampled(three, 2, 1);
        QVERIFY((pixel(two, 0, 0) == Rgb{30, 60, 40}));
        QVERIFY((pixel(two, 1, 0) == Rgb{150, 160, 80}));
        // A picture without contrast keeps its colour at any size.
        const RgbImage odd = resampled(flat(37, 53, kRed), 11, 29);
        QCOMPARE(count(odd, kRed), 11 * 29);
        QVERIFY_EXCEPTION_THROWN(resampled(RgbImage(), 3, 3), Error);
        QVERIFY_EXCEPTION_THROWN(resampled(three, 0, 3), Error);
    }

    /// stb's box filter, checked against the sum that it stands for.
    void everyPixelIsTheMeanOfItsArea_data() {
        QTest::addColumn<QSize>("from");
        QTest::addColumn<QSize>("to");
        const auto row = [](const char* name, QSize from, QSize to) { QTest::newRow(name) << from << to; };
        row("the same size", {9, 7}, {9, 7});
        row("a whole factor larger", {5, 4}, {15, 12});
        row("a whole factor smaller", {60, 40}, {15, 10});
        row("a little smaller", {53, 37}, {47, 31});
        row("a little larger", {47, 31}, {53, 37});
        row("wider and lower", {20, 30}, {33, 7});
        row("much smaller", {300, 200}, {7, 3});
        row("one pixel", {31, 17}, {1, 1});
        row("from one pixel", {1, 1}, {12, 5});
    }
    void everyPixelIsTheMeanOfItsArea() {
        QFETCH(QSize, from);
        QFETCH(QSize, to);
        RgbImage picture = flat(from.width(), from.height(), kBlack);
        std::mt19937 random(1);
        for (std::uint8_t& byte : picture.pixels)
            byte = std::uint8_t(random());
        const RgbImage scaled = resampled(picture, to.width(), to.height());
        for (int y = 0; y < to.height(); ++y)
            for (int x = 0; x < to.width(); ++x)
                for (std::size_t c = 0; c < 3; ++c) {
                    const double mean = meanOfArea(picture, c, double(x) * from.width() / to.width(),
                                                   double(y) * from.height() / to.height(),
                                                   double(x + 1) * from.width() / to.width(),
                                                   double(y + 1) * from.height() / to.height());
                    QVERIFY(std::abs(pixel(scaled, x, y)[c] - mean) <
                            0.51); // half a step, and its arithmetic
                }
    }
};

QTEST_APPLESS_MAIN(TestResample)
#include "tst_resample.moc"
