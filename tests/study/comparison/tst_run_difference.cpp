#include "scalekv/error.h"
#include "scalekv/metrics.h"
#include "scalekv/run_difference.h"
#include "tests/message_of.h"

#include <QTest>

#include <functional>
#include <limits>

using namespace scalekv;
using test::messageOf;

namespace {

RgbImage grey(int side, std::uint8_t value) {
    return {side, side, std::vector<std::uint8_t>(std::size_t(side) * std::size_t(side) * 3, value)};
}

/// A run of two scales, 1 × 1 and 1 × 2, three bits a position.
std::vector<ScaleBits> bits(std::uint8_t first, std::uint8_t second) {
    return {{{1, 1}, 3, 1, {first}}, {{1, 2}, 3, 1, {second}}};
}

} // namespace

class TestRunDifference : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bitsAreCountedByScaleAndPlace() {
        const auto a = bits(0b101, 0b000'111), b = bits(0b100, 0b110'101);
        QCOMPARE(differingBits(a[1], b[1]), std::int64_t(3));
        const BitDifference difference = bitDifference(a, b);
        QCOMPARE(difference.perScale, (std::vector<double>{1.0 / 3, 0.5}));
        QCOMPARE(difference.all, 4.0 / 9); // over bits, not over scales
        QCOMPARE(differingShares(a[1], b[1]), (std::vector<float>{1.0F / 3, 2.0F / 3}));
        QCOMPARE(bitDifference(a, a).all, 0.0);
    }

    void sharesAreOfTheFirstPrompt() {
        const ScaleBits a{{1, 1}, 3, 2, {0b111'000}}, b{{1, 1}, 3, 2, {0b000'001}};
        QCOMPARE(differingShares(a, b), (std::vector<float>{1.0F / 3}));
        QCOMPARE(differingBits(a, b), std::int64_t(4));
    }

    void aDigestNamesTheBits() {
        QCOMPARE(bitsDigest(bits(0b101, 7)), bitsDigest(bits(0b101, 7)));
        QVERIFY(bitsDigest(bits(0b101, 7)) != bitsDigest(bits(0b101, 6)));
        // FNV-1a of the bytes 0, 1, 0, which is what results written earlier hold.
        QCOMPARE(bitsDigest(std::vector<ScaleBits>{{{1, 1}, 3, 1, {0b010}}}),
                 std::string("d949ac186c0c4c8e"));
    }

    void runsThatDoNotFitAreRefused() {
        const auto three = bits(1, 1);
        auto other = three;
        other[1].map = {2, 1};
        QVERIFY(messageOf([&] { bitDifference(three, other); }).contains(QStringLiteral("other sizes")));
        QVERIFY(
            messageOf([&] { differingShares(three[1], other[1]); }).contains(QStringLiteral("1 x 2 x 3")));
        other.pop_back();
        QVERIFY(messageOf([&] { bitDifference(three, other); }).contains(QStringLiteral("2 and 1 scales")));
        other = three;
        other[0].packed.clear();
        QVERIFY(messageOf([&] { bitDifference(three, other); }).contains(QStringLiteral("missing")));
        QVERIFY(messageOf([] {
                    pictureDifference(grey(8, 1), grey(9, 1));
                }).contains(QStringLiteral("8x8 and 9x9")));
    }

    void smallPicturesHaveNoSsim() {
        const PictureDifference small = pictureDifference(grey(4, 10), grey(4, 20));
        QVERIFY(!small.ssim);
        QCOMPARE(small.psnr, psnr(grey(4, 10), grey(4, 20)));
        const PictureDifference large = pictureDifference(grey(8, 10), grey(8, 20));
        QCOMPARE(large.ssim.value(), ssim(grey(8, 10), grey(8, 20)));
    }

    void aPictureFromAFileHasNoBits() {
        const RgbImage picture = grey(8, 10);
        const auto known = bits(1, 2);
        QVERIFY(!runDifference({picture, known}, {picture, {}}).bits);
        QVERIFY(!runDifference({picture, {}}, {picture, known}).bits);
        const RunDifference both = runDifference({picture, known}, {picture, known});
        QCOMPARE(both.bits->all, 0.0);
        const FreeFigures figures = freeFigures(both, {1, 2, 3, 4, 5});
        QCOMPARE(figures.psnr, std::numeric_limits<double>::infinity());
        QCOMPARE(figures.ssim, 1.0);
        QCOMPARE(figures.cost.peakKvBytes, std::int64_t(2));
    }

    void costLeavesDecodingAndLookingOut() {
        GenerationReport report;
        QVERIFY(!runCost(report));
        report.scales.resize(2);
        report.scales[0].seconds = 2;
        report.scales[0].decodeSeconds = 0.5;
        report.scales[0].selectionSeconds = 0.25;
        report.scales[1].seconds = 4;
        report.scales[1].probeSeconds = 1;
        report.scales[1].kvBytes = 70;
        report.peakKvBytes = 90;
        report.scratchBytes = 5;
        const RunCost cost = runCost(report).value();
        QCOMPARE(cost.seconds, 4.5);
        QCOMPARE(cost.selectionSeconds, 0.25);
        QCOMPARE(cost.kvBytes, std::int64_t(70));
        QCOMPARE(cost.peakKvBytes, std::int64_t(90));
        QCOMPARE(cost.scratchBytes, std::int64_t(5));
    }
};

QTEST_APPLESS_MAIN(TestRunDifference)
#include "tst_run_difference.moc"
