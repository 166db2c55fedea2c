// Any bytes whatever as index, pictures, run files and marks: nothing crashes, and what is whole stays.

#include "gallery/marks.h"
#include "scalekv/write_file.h"
#include "tests/gallery/made_pictures.h"
#include "tests/mutate.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace scalekv;
using namespace scalekv::gallery;
using scalekv::test::madePicture;
using scalekv::test::mutate;
using scalekv::test::OpenGallery;
using scalekv::test::readBytes;
using scalekv::test::writeBytes;

class TestGalleryFuzz : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void damagedIndex() {
        OpenGallery gallery;
        for (quint64 n = 0; n < 5; ++n)
            gallery.keep(madePicture("a red apple", n));
        gallery->changeMarks({gallery.names().front()}, {.stars = 2});
        gallery.find();
        gallery.close();
        const QString path = QDir(gallery.indexFolder()).entryInfoList({"*.sqlite"}).front().filePath();
        const std::string whole = readBytes(path.toStdString());
        for (std::uint32_t seed = 0; seed < 60; ++seed) {
            for (const char* beside : {"-wal", "-shm"})
                QFile::remove(path + beside);
            writeBytes(path.toStdString(), mutate(whole, seed));
            if (seed % 3 == 0)
                writeBytes((path + "-wal").toStdString(), mutate(whole.substr(0, 5000), seed));
            gallery.reopen();
            // Damage that SQLite itself does not see may show itself late; then the index is made anew.
            QVERIFY2(QTest::qWaitFor([&] { return gallery.names().size() == 5; }, OpenGallery::kPatience),
                     qPrintable(QString::number(seed)));
            QVERIFY2(QTest::qWaitFor([&] { return gallery.find({.leastStars = 2}).size() == 1; },
                                     OpenGallery::kPatience),
                     qPrintable(QString::number(seed)));
            gallery.close();
        }
    }

    void damagedFiles() {
        OpenGallery gallery;
        const QString name = gallery.keep(madePicture("whole", 1));
        gallery->changeMarks({name}, {.stars = 2, .addTags = {"tag"}});
        gallery.find();
        const std::string png = readBytes(gallery->filePath(name).toStdString());
        const std::string run = readBytes(gallery->filePath("whole-1.run").toStdString());
        const std::string xmp = readBytes(gallery->filePath(name + ".xmp").toStdString());
        for (std::uint32_t seed = 0; seed < 300; ++seed) {
            const std::string stem = gallery->filePath(QString::number(seed)).toStdString();
            writeBytes(stem + ".png", mutate(png, seed));
            writeBytes(stem + ".run", mutate(run, seed));
            writeBytes(stem + ".png.xmp", mutate(xmp, seed));
        }
        QVERIFY(gallery.rescan());
        const QVector<Entry> entries = gallery.find();
        QVERIFY(entries.size() < 301 && entries.size() > 1);
        QVector<qint64> ids;
        for (const Entry& entry : entries)
            ids += entry.id;
        QSignalSpy ready(&*gallery, &Gallery::thumbnailReady);
        gallery->wantThumbnails(ids);
        QVERIFY(QTest::qWaitFor([&] { return ready.count() >= ids.size(); }, OpenGallery::kPatience));
        // Everything is still there, the broken ones as well.
        QCOMPARE(QDir(gallery.folder()).entryList({"*.png"}).size(), 301);
        QStringList all;
        for (const Entry& entry : entries)
            all += entry.path;
        gallery->changeMarks(all, {.stars = 5});
        QCOMPARE(gallery.move(all).size(), all.size());
        QCOMPARE(gallery.move(gallery.names({.trashed = true})).size(), all.size());
        QVERIFY(gallery.rescan());
        for (const Entry& entry : gallery.find()) {
            QFile file(gallery->filePath(entry.path + ".xmp"));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray text = file.readAll();
            // What is damaged stays so.
            QVERIFY2(entry.marks.stars == 5 || !withMarks(text, {}), text);
        }
        QCOMPARE(QDir(gallery.folder()).entryList({"*.png"}).size(), 301);
    }
};

QTEST_GUILESS_MAIN(TestGalleryFuzz)
#include "tst_gallery_fuzz.moc"
