#include "engine/image/contact_sheet.h"
#include "engine/image/drawn_text.h"
#include "engine/image/resample.h"
#include "scalekv/error.h"
#include "scalekv/png.h"

#include <QSize>
#include <QString>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>
#include <set>

using namespace scalekv;

namespace {

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
constexpr Rgb kBlue{0, 0, 200};
constexpr Rgb kWhite{255, 255, 255};
constexpr Rgb kBlack{0, 0, 0};

const std::string kUnassigned = "\U0010FFFF"; // no font has a letter for it

/// Where drawn() puts the text's top left corner.
constexpr int kLeft = 10, kTop = 10;

RgbImage drawn(const std::string& text, const TextStyle& style) {
    RgbImage image = flat(160, 50, kWhite);
    drawText(image, kLeft, kTop, text, style);
    return image;
}

/// How dark a white picture has become.
std::int64_t ink(const RgbImage& image) {
    return std::accumulate(image.pixels.begin(), image.pixels.end(), std::int64_t(0),
                           [](std::int64_t sum, std::uint8_t byte) { return sum + 255 - byte; });
}

QString asciiLetters() {
    QString letters;
    for (char letter = 33; letter < 127; ++letter)
        letters += QLatin1Char(letter);
    return letters;
}

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

class TestContactSheet : public QObject {
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

    void longTextIsElided_data() {
        QTest::addColumn<QString>("whole");
        QTest::newRow("English") << "a red apple on a blue background";
        QTest::newRow("several bytes a letter") << "naïve-Übung-日本 Ωμέγα Жук … και";
    }
    void longTextIsElided() {
        QFETCH(QString, whole);
        const TextStyle style;
        const std::string text = whole.toStdString();
        const int width = textWidth(text, style);
        QCOMPARE(elided(text, width, style), text);
        for (int room = 0; room < width; ++room) {
            const std::string cut = elided(text, room, style);
            QVERIFY(textWidth(cut, style) <= room);
            if (cut.empty())
                continue;
            const QString shown = QString::fromStdString(cut);
            QCOMPARE(shown.toStdString(), cut); // no letter is cut in two
            QVERIFY(shown.endsWith("…"));
            QVERIFY(whole.startsWith(shown.chopped(1)));
        }
        QVERIFY(elided(text, width / 2, style).size() > text.size() / 3);
    }

    void everyLetterIsDrawnWithinItsSpace() {
        const TextStyle style{22, TextWeight::Plain, kBlack};
        std::set<std::string> shapes;
        const QString letters = asciiLetters() + "äÉøßłÅŽñ" + "ΑΩλπξψώ" + "БЖЯжщёї" + "→×…–“€";
        for (const QChar letter : letters) {
            const std::string text = QString(letter).toStdString();
            const RgbImage image = drawn(text, style);
            QVERIFY2(ink(image) > 0, text.c_str());
            QVERIFY2(image.pixels != drawn(kUnassigned, style).pixels, text.c_str());
            // Nothing outside, but for a smooth edge on the next pixel.
            const int width = textWidth(text, style) + 1;
            for (int y = 0; y < image.height; ++y)
                for (int x = 0; x < image.width; ++x)
                    if (x < kLeft - 1 || x >= kLeft + width || y < kTop || y > kTop + style.lineHeight)
                        QVERIFY2(pixel(image, x, y) == kWhite, text.c_str());
            shapes.insert(std::string(image.pixels.begin(), image.pixels.end()));
        }
        QCOMPARE(int(shapes.size()), int(letters.size()) - 1); // Latin A and Greek Alpha
    }

    void boldIsAnotherFont() {
        const RgbImage plain = drawn("Übung", {22, TextWeight::Plain, kBlack});
        const RgbImage bold = drawn("Übung", {22, TextWeight::Bold, kBlack});
        QVERIFY(ink(bold) > ink(plain));
        QVERIFY(textWidth("Übung", {22, TextWeight::Bold}) > textWidth("Übung", {22, TextWeight::Plain}));
    }

    void whatTheFontLacksIsItsBox() {
        const TextStyle style{22, TextWeight::Plain, kBlack};
        const RgbImage box = drawn(kUnassigned, style);
        QVERIFY(ink(box) > 0);
        QVERIFY(box.pixels != drawn("?", style).pixels);
        QVERIFY(drawn("日", style).pixels == box.pixels);
        const int two = textWidth("naïve-Übung-日本", style) - textWidth("naïve-Übung-", style);
        QVERIFY(std::abs(two - 2 * textWidth(kUnassigned, style)) <= 2); // of whole pixels
    }

    void whatIsNoTextIsDrawnAllTheSame() {
        const TextStyle style{22, TextWeight::Plain, kBlack};
        QVERIFY(drawn("a\t\x7f\xc2\x85z", style).pixels == drawn("a   z", style).pixels);
        for (const char* broken : {"\xff", "\x80", "\xc3", "\xed\xa0\x80"}) {
            std::string replaced; // a U+FFFD for every byte
            for (std::size_t n = 0; n < std::strlen(broken); ++n)
                replaced += "\uFFFD";
            QVERIFY(drawn(broken, style).pixels == drawn(replaced, style).pixels);
        }
    }

    void mostCaptionsFitASmallCell() { QVERIFY(textWidth("31.2 dB, 12.3 % bits", TextStyle()) <= 256); }

    void textIsMixedIntoThePicture() {
        RgbImage image = flat(40, 40, kRed);
        drawText(image, 5, 5, "o", {30, TextWeight::Plain, kBlue});
        QVERIFY(count(image, kRed) > 0);
        QVERIFY(count(image, kBlue) > 0);
        int between = 0; // the letter's smooth edge
        for (int y = 0; y < image.height; ++y)
            for (int x = 0; x < image.width; ++x) {
                const Rgb colour = pixel(image, x, y);
                QVERIFY(colour[1] == 0 && std::abs(colour[0] + colour[2] - 200) <= 1);
                between += colour != kRed && colour != kBlue;
            }
        QVERIFY(between > 0);
    }

    void textOutsideThePictureIsCutOff() {
        RgbImage image = flat(20, 10, kWhite);
        drawText(image, -30, -5, "cut on every side, by far", {36, TextWeight::Bold, kBlack});
        drawText(image, 1000, 1000, "outside", {36, TextWeight::Bold, kBlack});
        QCOMPARE(image.pixels.size(), std::size_t(20 * 10 * 3));
        QVERIFY(count(image, kBlack) > 0);
    }

    void picturesAreShownWhole() {
        ContactSheet sheet({"full", "snapkv 10 %"}, {"a fox, seed 0", "an owl, seed 0"}, 300, 200);
        const RgbImage blank = sheet.image();
        sheet.place(0, 0, flat(300, 200, kRed), "");
        sheet.place(1, 1, flat(300, 200, kBlue), "");
        QCOMPARE(count(sheet.image(), kRed), 300 * 200);
        QCOMPARE(count(sheet.image(), kBlue), 300 * 200);
        // Red lies above and left of blue, and nothing else has changed.
        int redLeft = blank.width, blueLeft = blank.width, redTop = blank.height, blueTop = blank.height;
        for (int y = 0; y < blank.height; ++y)
            for (int x = 0; x < blank.width; ++x) {
                const Rgb colour = pixel(sheet.image(), x, y);
                if (colour == kRed) {
                    redLeft = std::min(redLeft, x);
                    redTop = std::min(redTop, y);
                } else if (colour == kBlue) {
                    blueLeft = std::min(blueLeft, x);
                    blueTop = std::min(blueTop, y);
                } else {
                    QVERIFY(colour == pixel(blank, x, y));
                }
            }
        QVERIFY(blueLeft >= redLeft + 300);
        QVERIFY(blueTop >= redTop + 200);
    }

    void labelsAndCaptionsAreDrawn() {
        const auto sheet = [](const std::string& column, const std::string& row, const std::string& caption) {
            ContactSheet made({column}, {row}, 300, 200);
            made.place(0, 0, flat(300, 200, kRed), caption);
            return made.image().pixels;
        };
        const auto none = sheet("", "", "");
        QVERIFY(sheet("full", "", "") != none);
        QVERIFY(sheet("", "a fox", "") != none);
        QVERIFY(sheet("", "", "31.2 dB") != none);
        // Text that is far too long changes neither the sheet's size nor the picture.
        const std::string endless(5000, 'm');
        QCOMPARE(sheet(endless, endless, endless).size(), none.size());
    }

    void smallPicturesAreEnlargedUnsmoothed() {
        ContactSheet sheet({"full"}, {"a fox"}, 128, 128);
        sheet.place(0, 0, flat(128, 128, kRed), "31.2 dB");
        QCOMPARE(count(sheet.image(), kRed), 256 * 256);
    }

    void anOddPictureIsFittedIntoItsCell() {
        ContactSheet sheet({"full"}, {"a fox"}, 300, 300);
        sheet.place(0, 0, flat(600, 100, kRed), "");
        QCOMPARE(count(sheet.image(), kRed), 300 * 50);
        QVERIFY_EXCEPTION_THROWN(sheet.place(0, 0, RgbImage(), ""), Error);
    }

    void theSheetStaysWithinItsLimit_data() {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::newRow("wide") << 19 << 1;
        QTest::newRow("tall") << 1 << 20;
        QTest::newRow("both") << 12 << 10;
    }
    void theSheetStaysWithinItsLimit() {
        QFETCH(int, columns);
        QFETCH(int, rows);
        const ContactSheet sheet(std::vector<std::string>(std::size_t(columns), "policy"),
                                 std::vector<std::string>(std::size_t(rows), "prompt"), 1024, 1024);
        QVERIFY(sheet.image().width <= ContactSheet::kLongestSide);
        QVERIFY(sheet.image().height <= ContactSheet::kLongestSide);
        QVERIFY(std::max(sheet.image().width, sheet.image().height) > ContactSheet::kLongestSide * 9 / 10);
    }

    void comfortableRowsNeedNoScaling() {
        const int rows = ContactSheet::comfortableRows(1024, 768);
        QCOMPARE(rows, 9);
        ContactSheet sheet({"full"}, std::vector<std::string>(std::size_t(rows), "a fox"), 1024, 768);
        sheet.place(0, 0, flat(1024, 768, kRed), "");
        QCOMPARE(count(sheet.image(), kRed), 1024 * 768);
    }

    void impossibleSheets() {
        QVERIFY_EXCEPTION_THROWN(ContactSheet({}, {"a fox"}, 100, 100), Error);
        QVERIFY_EXCEPTION_THROWN(ContactSheet({"full"}, {}, 100, 100), Error);
        QVERIFY_EXCEPTION_THROWN(ContactSheet({"full"}, {"a fox"}, 0, 100), Error);
        QVERIFY_EXCEPTION_THROWN(ContactSheet({"full"}, std::vector<std::string>(500), 100, 100), Error);
    }
};

QTEST_APPLESS_MAIN(TestContactSheet)
#include "tst_contact_sheet.moc"
