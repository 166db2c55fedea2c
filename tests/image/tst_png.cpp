#include "scalekv/error.h"
#include "scalekv/png.h"
#include "scalekv/png_head.h"
#include "tests/mutate.h"

#include <QDir>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <zlib.h>

using namespace scalekv;
using namespace scalekv::test;

namespace {

RgbImage gradient(int width, int height) {
    RgbImage image{width, height, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 3; ++c)
                image.pixels.push_back(std::uint8_t(x * 7 + y * 13 + c * 50));
    return image;
}

std::string fourBytes(std::uint32_t value) {
    std::string bytes;
    for (const int shift : {24, 16, 8, 0})
        bytes += char(value >> shift & 0xff);
    return bytes;
}

std::string chunk(const std::string& name, const std::string& data) {
    const std::string summed = name + data;
    const uLong sum = crc32(0, reinterpret_cast<const Bytef*>(summed.data()), uInt(summed.size()));
    return fourBytes(std::uint32_t(data.size())) + summed + fourBytes(std::uint32_t(sum));
}

} // namespace

class TestPng : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void roundTrip() {
        const RgbImage image = gradient(37, 21);
        const PngText text{{"Description", "東京 — café 🚀"},
                           {"scalekv", "{\"prompt\": \"" + std::string(100000, 'x') + "\"}"},
                           {"Empty", ""}};
        writePng(path(), image, text);
        const PngFile back = readPng(path());
        QCOMPARE(back.image.width, 37);
        QCOMPARE(back.image.height, 21);
        QCOMPARE(back.image.pixels, image.pixels);
        QVERIFY(back.text == text);
        const QImage seen(qPath()); // by an independent reader
        QCOMPARE(seen.pixel(5, 3), qRgb(5 * 7 + 3 * 13, 5 * 7 + 3 * 13 + 50, 5 * 7 + 3 * 13 + 100));
        QCOMPARE(seen.text("Description"), QStringLiteral("東京 — café 🚀"));
    }

    void everyKindOfPng_data() {
        QTest::addColumn<int>("format");
        QTest::addColumn<int>("tolerance");
        QTest::newRow("RGB") << int(QImage::Format_RGB888) << 0;
        QTest::newRow("RGBA") << int(QImage::Format_ARGB32) << 1;
        QTest::newRow("16-bit RGBA") << int(QImage::Format_RGBA64) << 1;
        QTest::newRow("gray") << int(QImage::Format_Grayscale8) << 0;
        QTest::newRow("16-bit gray") << int(QImage::Format_Grayscale16) << 1;
        QTest::newRow("palette") << int(QImage::Format_Indexed8) << 1;
        QTest::newRow("bits") << int(QImage::Format_Mono) << 0;
    }
    void everyKindOfPng() {
        QFETCH(int, format);
        QFETCH(int, tolerance);
        QImage source(24, 18, QImage::Format_ARGB32);
        for (int y = 0; y < 18; ++y)
            for (int x = 0; x < 24; ++x)
                source.setPixel(x, y, qRgba(x * 10, y * 14, 128, (x % 3 == 0 && y % 2 == 0) ? 100 : 255));
        const QImage image = source.convertToFormat(QImage::Format(format));
        image.save(qPath(), "PNG");
        const PngFile file = readPng(path());
        QCOMPARE(file.image.width, 24);
        QCOMPARE(file.image.height, 18);
        for (int y = 0; y < 18; ++y)
            for (int x = 0; x < 24; ++x) {
                const QColor pixel = image.pixelColor(x, y);
                const auto overWhite = [&](int c) {
                    return (c * pixel.alpha() + 255 * (255 - pixel.alpha())) / 255.0;
                };
                const std::uint8_t* got = &file.image.pixels[std::size_t(y * 24 + x) * 3];
                QVERIFY(std::abs(got[0] - overWhite(pixel.red())) <= tolerance + 0.5);
                QVERIFY(std::abs(got[1] - overWhite(pixel.green())) <= tolerance + 0.5);
                QVERIFY(std::abs(got[2] - overWhite(pixel.blue())) <= tolerance + 0.5);
            }
    }

    void latinAndCompressedTextsAreRead() {
        QImage image(4, 4, QImage::Format_RGB32);
        image.fill(Qt::red);
        const QString longText = QStringLiteral("é").repeated(3000);
        image.setText("Latin", QStringLiteral("café"));
        image.setText("Long", longText); // Qt compresses long texts
        image.save(qPath(), "PNG");
        const PngFile file = readPng(path());
        QCOMPARE(QString::fromStdString(file.text.at("Latin")), QStringLiteral("café"));
        QCOMPARE(QString::fromStdString(file.text.at("Long")), longText);
    }

    void unwritablePlaces() {
        const RgbImage image = gradient(4, 4);
        QVERIFY_EXCEPTION_THROWN(writePng(path().parent_path() / "none" / "a.png", image), Error);
        QVERIFY_EXCEPTION_THROWN(writePng(path().parent_path(), image), Error);
        QVERIFY_EXCEPTION_THROWN(writePng(path(), RgbImage{}), Error);
        QVERIFY_EXCEPTION_THROWN(writePng(path(), RgbImage{4, 4, {1, 2, 3}}), Error);
        QVERIFY_EXCEPTION_THROWN(writePng(path(), image, {{std::string(80, 'k'), "v"}}), Error);
        QVERIFY_EXCEPTION_THROWN(writePng(path(), image, {{"", "v"}}), Error);
        QVERIFY(QDir(folder_->path()).isEmpty()); // nothing half-written stays
    }

    void aPipeGetsThePicture() {
        QCOMPARE(::mkfifo(path().c_str(), 0600), 0);
        std::string bytes;
        std::thread reader([&] { bytes = readBytes(path()); });
        writePng(path(), gradient(4, 4));
        reader.join();
        QVERIFY(std::filesystem::is_fifo(path()));
        QVERIFY(QImage::fromData(QByteArray::fromStdString(bytes)).size() == QSize(4, 4));
    }

    void aFullDiskIsAnError() {
        writePng(path(), gradient(8, 8));
        std::signal(SIGXFSZ, SIG_IGN); // writing past the limit then fails as a full disk does
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        const rlimit small{1000, before.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        bool isError = false;
        try {
            writePng(path(), gradient(300, 300));
        } catch (const Error&) {
            isError = true;
        }
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(isError);
        QCOMPARE(readPng(path()).image.width, 8); // the old picture
        QCOMPARE(QDir(folder_->path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    void aFailedWriteKeepsTheOldPicture() {
        writePng(path(), gradient(8, 8));
        QVERIFY_EXCEPTION_THROWN(writePng(path(), RgbImage{9, 9, {}}), Error);
        QCOMPARE(readPng(path()).image.width, 8);
        writePng(path(), gradient(16, 16));
        QCOMPARE(readPng(path()).image.width, 16);
        QCOMPARE(QDir(folder_->path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    void everyTruncationIsAnError() {
        writePng(path(), gradient(16, 16), {{"scalekv", "{}"}});
        const std::string whole = readBytes(path());
        for (std::size_t length = 0; length < whole.size(); ++length) {
            writeBytes(path(), whole.substr(0, length));
            try {
                readPng(path());
                QFAIL("it was read");
            } catch (const Error& error) {
                const QString said = QString::fromUtf8(error.what());
                QVERIFY2(said.contains(qPath()) &&
                             said.contains(length == 0 ? "it is empty" : "damaged or was cut short"),
                         error.what());
            }
        }
    }

    void bombsAreErrors_data() {
        QTest::addColumn<quint32>("side");
        QTest::newRow("too many pixels") << 40000u;
        QTest::newRow("more than the file can hold") << 16000u;
        QTest::newRow("too wide") << 0x7fffffffu;
        QTest::newRow("none") << 0u;
    }
    void bombsAreErrors() {
        QFETCH(quint32, side);
        writePng(path(), gradient(16, 16));
        std::string bytes = readBytes(path());
        for (std::size_t at : {std::size_t(16), std::size_t(20)}) // IHDR: width, height
            for (std::size_t n = 0; n < 4; ++n)
                bytes[at + n] = char(side >> (24 - 8 * n));
        std::uint32_t crc = 0xffffffffu; // of the chunk's type and content
        for (std::size_t at = 12; at < 29; ++at) {
            crc ^= static_cast<unsigned char>(bytes[at]);
            for (int k = 0; k < 8; ++k)
                crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        }
        for (std::size_t n = 0; n < 4; ++n)
            bytes[29 + n] = char(~crc >> (24 - 8 * n));
        writeBytes(path(), bytes);
        try {
            readPng(path());
            QFAIL("the bomb was read");
        } catch (const Error& error) {
            QVERIFY2(!QString(error.what()).contains("CRC"), error.what());
        }
    }

    void mutatedFiles() {
        writePng(path(), gradient(40, 30), {{"scalekv", "{\"prompt\": \"x\"}"}, {"Description", "ü"}});
        const std::string whole = readBytes(path());
        int refused = 0;
        for (std::uint32_t seed = 0; seed < 3000; ++seed) {
            writeBytes(path(), mutate(whole, seed));
            try {
                const PngFile file = readPng(path());
                QCOMPARE(file.image.pixels.size(), std::size_t(file.image.width) * file.image.height * 3);
            } catch (const Error&) {
                ++refused;
            }
        }
        QVERIFY(refused > 2000);
    }

    void headsAreReadAlone() {
        const PngText text{{"scalekv", "{}"}, {"Description", "東京"}};
        writePng(path(), gradient(37, 21), text);
        const std::string whole = readBytes(path());
        const PngHead head = readPngHead(path());
        QCOMPARE(head.width, 37);
        QCOMPARE(head.height, 21);
        QVERIFY(head.text == text);

        // Some programs write texts behind the pixels: here, the same chunks moved there.
        const auto chunk = [](const std::string& bytes, std::size_t at) {
            std::size_t length = 0;
            for (std::size_t n = 0; n < 4; ++n)
                length = length << 8 | static_cast<unsigned char>(bytes[at + n]);
            return bytes.substr(at, length + 12);
        };
        std::string moved, texts;
        for (std::size_t at = 8; at < whole.size();) {
            const std::string part = chunk(whole, at);
            if (part.substr(4, 4) == "IEND")
                moved += texts;
            (part.substr(4, 4) == "iTXt" ? texts : moved) += part;
            at += part.size();
        }
        writeBytes(path(), whole.substr(0, 8) + moved);
        QVERIFY(readPngHead(path()).text == text);

        for (std::size_t length = 0; length < whole.size(); ++length) {
            writeBytes(path(), whole.substr(0, length));
            QVERIFY_EXCEPTION_THROWN(readPngHead(path()), Error);
        }
        for (std::uint32_t seed = 0; seed < 300; ++seed) {
            writeBytes(path(), mutate(whole, seed));
            try {
                readPngHead(path());
            } catch (const Error&) { // or nothing: what is damaged within the pixels is not looked at
            }
        }
    }

    /// Compressed texts that unpack to far more than they take.
    void textBombs() {
        writePng(path(), gradient(4, 4));
        std::string bomb(std::size_t(12) << 20, 'x');
        std::string packed(compressBound(bomb.size()), '\0');
        uLongf length = packed.size();
        QCOMPARE(compress(reinterpret_cast<Bytef*>(packed.data()), &length,
                          reinterpret_cast<const Bytef*>(bomb.data()), bomb.size()),
                 Z_OK);
        const std::string value = std::string("Comment\0\0", 9) + packed.substr(0, length);
        const std::string whole = readBytes(path());
        const std::size_t behindHeader = 33;
        for (const int texts : {1, 40, 400}) {
            std::string chunks;
            for (int n = 0; n < texts; ++n)
                chunks += chunk("zTXt", value);
            writeBytes(path(), whole.substr(0, behindHeader) + chunks + whole.substr(behindHeader));
            std::size_t bytes = 0;
            const PngHead head = readPngHead(path());
            for (const auto& [key, text] : head.text)
                bytes += text.size();
            QCOMPARE(head.width, 4);
            QCOMPARE(bytes, texts == 1 ? bomb.size() : 0); // one is no bomb yet
            QCOMPARE(readPng(path()).image.width, 4);
        }
        // Of very many small ones not all are taken.
        std::string chunks;
        for (int n = 0; n < 5000; ++n)
            chunks += chunk("tEXt", "key" + std::to_string(n) + std::string(1, '\0') + "value");
        writeBytes(path(), whole.substr(0, behindHeader) + chunks + whole.substr(behindHeader));
        const std::size_t taken = readPngHead(path()).text.size();
        QVERIFY2(taken >= 50 && taken <= 100, qPrintable(QString::number(taken)));
    }

    void otherFilesAreErrors() {
        QVERIFY_EXCEPTION_THROWN(readPng(path()), Error);
        QVERIFY_EXCEPTION_THROWN(readPng(path().parent_path()), Error);
        const auto complaint = [this](const std::string& bytes) {
            writeBytes(path(), bytes);
            try {
                readPng(path());
            } catch (const Error& error) {
                return QString::fromUtf8(error.what());
            }
            return QString();
        };
        QVERIFY(complaint("GIF89a").contains("it is a GIF picture; only PNGs can be read"));
        QVERIFY(complaint(std::string("RIFF\0\0\0\0WEBPVP8 ", 16)).contains("it is a WebP picture"));
        QVERIFY(complaint(std::string("\0\0\0\x1c"
                                      "ftypavif",
                                      12))
                    .contains("it is an AVIF picture"));
        QVERIFY(complaint("hello").contains("it is not a PNG"));
    }

private:
    QString qPath() const { return folder_->filePath("picture.png"); }
    std::filesystem::path path() const { return qPath().toStdString(); }

    std::unique_ptr<QTemporaryDir> folder_;
};

QTEST_APPLESS_MAIN(TestPng)
#include "tst_png.moc"
