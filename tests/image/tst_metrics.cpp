#include "scalekv/error.h"
#include "scalekv/metrics.h"

#include <QTest>

#include <cmath>
#include <functional>

using namespace scalekv;

namespace {

/// A picture from a formula of column, row and channel; taken modulo 256.
RgbImage picture(int width, int height, const std::function<int(int, int, int)>& value) {
    RgbImage image{width, height, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 3; ++c)
                image.pixels.push_back(std::uint8_t(value(x, y, c) % 256));
    return image;
}

RgbImage noise(int width, int height, std::uint32_t seed) {
    std::uint32_t state = seed; // linear congruential, Numerical Recipes; its top byte
    return picture(width, height, [state](int, int, int) mutable {
        state = state * 1664525u + 1013904223u;
        return int(state >> 24);
    });
}

RgbImage waves(int width, int height) {
    return picture(width, height,
                   [](int x, int y, int c) { return (x * x * (c + 1) + 3 * x * y + 5 * y * (3 - c)) / 7; });
}

RgbImage ramp(int width, int height) {
    return picture(width, height, [](int x, int y, int c) { return x * (c + 2) + y * (4 - c); });
}

RgbImage flat(int width, int height, int value) {
    return picture(width, height, [value](int, int, int) { return value; });
}

/// Fifteen parts of one picture and one part of another.
RgbImage blend(const RgbImage& a, const RgbImage& b) {
    RgbImage image = a;
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = std::uint8_t((a.pixels[i] * 15 + b.pixels[i]) / 16);
    return image;
}

/// One column to the right, around the edge.
RgbImage shifted(const RgbImage& a) {
    return picture(a.width, a.height, [&a](int x, int y, int c) {
        return int(a.pixels[std::size_t((y * a.width + (x + a.width - 1) % a.width) * 3 + c)]);
    });
}

} // namespace

class TestMetrics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Figures of scikit-image 0.26.0 for the same pictures: peak_signal_noise_ratio(a, b, data_range=255) and
    // structural_similarity(a, b, channel_axis=-1, data_range=255).
    void agreesWithScikitImage_data() {
        QTest::addColumn<RgbImage>("a");
        QTest::addColumn<RgbImage>("b");
        QTest::addColumn<double>("psnrWanted");
        QTest::addColumn<double>("ssimWanted");
        const auto row = [](const char* name, const RgbImage& a, const RgbImage& b, double psnrWanted,
                            double ssimWanted) { QTest::newRow(name) << a << b << psnrWanted << ssimWanted; };
        row("noise against noise, 64x48", noise(64, 48, 1), noise(64, 48, 2), 7.783242444687, 0.012229784817);
        row("a little noise, 53x37", ramp(53, 37), blend(ramp(53, 37), noise(53, 37, 3)), 32.711732845900,
            0.907530940371);
        row("shifted by a column, 40x71", ramp(40, 71), shifted(ramp(40, 71)), 18.611361450595,
            0.929956985144);
        row("waves against ramp, 33x33", waves(33, 33), ramp(33, 33), 11.466905484811, 0.301201595835);
        row("one window, 7x7", waves(7, 7), noise(7, 7, 4), 5.498092758310, 0.002849861625);
        row("flat against flat, 16x9", flat(16, 9, 100), flat(16, 9, 103), 38.588378514286, 0.999563435332);
        row("flat against noise, 31x8", flat(31, 8, 128), noise(31, 8, 5), 10.829550058208, 0.010821988661);
        row("large, 1024x1024", waves(1024, 1024), blend(waves(1024, 1024), ramp(1024, 1024)),
            31.794719718352, 0.996848112898);
    }
    void agreesWithScikitImage() {
        QFETCH(RgbImage, a);
        QFETCH(RgbImage, b);
        QFETCH(double, psnrWanted);
        QFETCH(double, ssimWanted);
        constexpr double kAgreement = 1e-9; // the figures have twelve digits
        QVERIFY2(std::abs(psnr(a, b) - psnrWanted) < kAgreement,
                 qPrintable(QString::number(psnr(a, b), 'f', 12)));
        QVERIFY2(std::abs(ssim(a, b) - ssimWanted) < kAgreement,
                 qPrintable(QString::number(ssim(a, b), 'f', 12)));
        QCOMPARE(psnr(b, a), psnr(a, b));
        QVERIFY(std::abs(ssim(b, a) - ssim(a, b)) < 1e-12);
    }

    void equalPictures_data() {
        QTest::addColumn<RgbImage>("image");
        QTest::newRow("noise") << noise(20, 30, 9);
        QTest::newRow("black") << flat(7, 7, 0);
        QTest::newRow("white") << flat(8, 9, 255);
    }
    void equalPictures() {
        QFETCH(RgbImage, image);
        QCOMPARE(psnr(image, image), std::numeric_limits<double>::infinity());
        QCOMPARE(ssim(image, image), 1.0);
    }

    void errors_data() {
        QTest::addColumn<RgbImage>("a");
        QTest::addColumn<RgbImage>("b");
        QTest::addColumn<bool>("psnrToo");
        QTest::addColumn<QString>("names");
        QTest::newRow("other width") << flat(8, 9, 0) << flat(9, 9, 0) << true << "8x9 and 9x9";
        QTest::newRow("turned") << flat(8, 9, 0) << flat(9, 8, 0) << true << "8x9 and 9x8";
        QTest::newRow("empty") << RgbImage() << RgbImage() << true << "empty";
        QTest::newRow("incomplete") << flat(8, 8, 0) << RgbImage{8, 8, {1, 2, 3}} << true << "incomplete";
        QTest::newRow("narrow") << flat(6, 30, 0) << flat(6, 30, 0) << false << "6x30";
        QTest::newRow("low") << flat(30, 6, 0) << flat(30, 6, 0) << false << "30x6";
    }
    void errors() {
        QFETCH(RgbImage, a);
        QFETCH(RgbImage, b);
        QFETCH(bool, psnrToo);
        QFETCH(QString, names);
        const auto message = [](const auto& metric) {
            try {
                (void)metric();
            } catch (const Error& error) {
                return QString::fromUtf8(error.what());
            }
            return QString();
        };
        QVERIFY(message([&] { return ssim(a, b); }).contains(names));
        QCOMPARE(message([&] { return psnr(a, b); }).contains(names), psnrToo);
    }
};

QTEST_APPLESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
