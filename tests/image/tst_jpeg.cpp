#include "scalekv/error.h"
#include "scalekv/picture_file.h"
#include "scalekv/png.h"
#include "tests/message_of.h"
#include "tests/mutate.h"

#include <QTemporaryDir>
#include <QTest>

using namespace scalekv;

namespace fs = std::filesystem;

/// JPEGs as Pillow reads them; anything else is an error and never an end of the program.
class TestJpeg : public QObject {
    Q_OBJECT

    static fs::path data(const std::string& name) {
        return fs::path(SCALEKV_SOURCE_DIR "/tests/data/jpeg") / name;
    }
    QTemporaryDir folder_;
    fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }

private Q_SLOTS:
    void pixelsArePillows_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"colour", "subsampled", "progressive", "grey"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void pixelsArePillows() {
        QFETCH(QString, name);
        const RgbImage image = readPicture(data(name.toStdString() + ".jpg"));
        const RgbImage wanted = readPng(data(name.toStdString() + ".png")).image;
        QCOMPARE(image.width, 37);
        QCOMPARE(image.height, 21);
        QVERIFY(image.pixels == wanted.pixels);
    }

    void theContentTellsNotTheName() {
        fs::copy(data("colour.jpg"), path("a.png"));
        fs::copy(data("colour.png"), path("b.JPG"));
        QVERIFY(readPicture(path("a.png")).pixels == readPicture(path("b.JPG")).pixels);
        QVERIFY(isPictureName("x/a.JPeG") && isPictureName("a.png") && isPictureName("a.jpg"));
        QVERIFY(!isPictureName("a.json") && !isPictureName("png") && !isPictureName("a.webp"));
    }

    void refused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const auto whole = QByteArray::fromStdString(test::readBytes(data("colour.jpg")));
        QTest::newRow("cmyk") << QByteArray::fromStdString(test::readBytes(data("cmyk.jpg")))
                              << "it is a JPEG in CMYK; save it in RGB first";
        QTest::newRow("half") << whole.first(whole.size() / 2) << "damaged or was cut short";
        QTest::newRow("no end") << whole.first(whole.size() - 20) << "damaged or was cut short";
        QTest::newRow("start only") << whole.first(3) << "damaged or was cut short";
        QByteArray huge = whole;
        const qsizetype frame = huge.indexOf("\xff\xc0");
        for (const qsizetype at : {5, 6, 7, 8})
            huge[frame + at] = '\xf0';
        QTest::newRow("61680 × 61680") << huge << "are too many";
    }
    void refused() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        test::writeBytes(path("w.jpg"), bytes.toStdString());
        const QString message = test::messageOf([&] { (void)readPicture(path("w.jpg")); });
        QVERIFY2(message.startsWith(QStringLiteral("Cannot read the picture ")) && message.contains(says),
                 qPrintable(message));
    }

    void damageIsSurvived() {
        int read = 0, refusedOnes = 0;
        for (const char* name : {"colour.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg"}) {
            const std::string whole = test::readBytes(data(name));
            for (std::uint32_t seed = 0; seed < 500; ++seed) {
                test::writeBytes(path("w.jpg"), test::mutate(whole, seed));
                try {
                    (void)readPicture(path("w.jpg"));
                    ++read;
                } catch (const Error&) {
                    ++refusedOnes;
                }
            }
        }
        QVERIFY(read > 0 && refusedOnes > 0);
    }
};

QTEST_APPLESS_MAIN(TestJpeg)
#include "tst_jpeg.moc"
