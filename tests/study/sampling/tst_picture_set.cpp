#include "engine/study/sampling/manifest.h"
#include "engine/study/sampling/set_folder.h"
#include "engine/study/sampling/slices.h"
#include "scalekv/error.h"
#include "scalekv/png.h"
#include "tests/mutate.h"

#include <QTemporaryDir>
#include <QTest>

#include <numeric>

using namespace scalekv;
using namespace scalekv::test;

namespace {

Manifest manifest() {
    Manifest manifest;
    manifest.set.prompts = {"a fox", "an \"owl\"\n🦉", "a crab"};
    manifest.set.request.size = "0.25M";
    manifest.set.request.cfg = {3};
    manifest.set.request.policy.name = "snapkv";
    manifest.set.firstSeed = 7;
    manifest.set.batch = 4;
    manifest.model = {"Demo", "sha1:1", "sha1:2", "sha1:3"};
    manifest.precision = "bf16";
    manifest.program = "scalekv 1.2";
    return manifest;
}

/// "0 1 2 | 3 4 …": the ranks' slices.
std::vector<std::vector<std::size_t>> slices(std::size_t units, int ranks) {
    std::vector<std::vector<std::size_t>> all;
    for (int rank = 0; rank < ranks; ++rank) {
        const Unit slice = sliceOf(units, rank, ranks);
        all.emplace_back(slice.last - slice.first);
        std::iota(all.back().begin(), all.back().end(), slice.first);
    }
    return all;
}

} // namespace

class TestPictureSet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void names() {
        QCOMPARE(setPictureName(0, 1), std::string("0000.png"));
        QCOMPARE(setPictureName(4999, 5000), std::string("4999.png"));
        QCOMPARE(setPictureName(12, 10000), std::string("0012.png"));
        QCOMPARE(setPictureName(12, 10001), std::string("00012.png"));
    }

    void slicesAreTheReleasedScripts() {
        using Slices = std::vector<std::vector<std::size_t>>;
        QCOMPARE(slices(5, 1), (Slices{{0, 1, 2, 3, 4}}));
        QCOMPARE(slices(5, 2), (Slices{{0, 1, 2}, {3, 4}}));
        QCOMPARE(slices(5, 4), (Slices{{0, 1}, {2, 3}, {4}, {}}));
        QCOMPARE(slices(2, 4), (Slices{{0}, {1}, {}, {}}));
    }

    void everyPictureIsInOneSliceAndOneBatch_data() {
        QTest::addColumn<int>("pictures");
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("ranks");
        for (const int pictures : {1, 7, 64})
            for (const int batch : {1, 3, 100})
                for (const int ranks : {1, 3, 80})
                    QTest::addRow("%d by %d on %d", pictures, batch, ranks) << pictures << batch << ranks;
    }
    void everyPictureIsInOneSliceAndOneBatch() {
        QFETCH(int, pictures);
        QFETCH(int, batch);
        QFETCH(int, ranks);
        const std::vector<Unit> units = unitsOf(std::size_t(pictures), batch);
        std::vector<std::size_t> drawn, all(std::size_t(pictures), 0);
        for (const auto& slice : slices(units.size(), ranks))
            for (const std::size_t unit : slice)
                for (std::size_t i = units[unit].first; i < units[unit].last; ++i)
                    drawn.push_back(i);
        std::iota(all.begin(), all.end(), std::size_t(0));
        QCOMPARE(drawn, all);
        std::vector<std::size_t> pending(units.size());
        std::iota(pending.begin(), pending.end(), std::size_t(0));
        std::vector<std::size_t> order = helpOrder(pending, units.size(), ranks);
        std::sort(order.begin(), order.end());
        QCOMPARE(order, pending);
    }

    void whoHelpsBeginsWhereMostIsLeft() {
        // Of ten units on two ranks, the second's slice is 5 … 9.
        QCOMPARE(helpOrder({3, 4, 6, 7, 9}, 10, 2), (std::vector<std::size_t>{9, 7, 6, 4, 3}));
        QCOMPARE(helpOrder({0, 1, 2, 9}, 10, 2), (std::vector<std::size_t>{2, 1, 0, 9}));
        QCOMPARE(helpOrder({}, 10, 2), (std::vector<std::size_t>{}));
        QCOMPARE(helpOrder({1, 2}, 3, 1000000),
                 (std::vector<std::size_t>{1, 2})); // slices of one, equally full
    }

    void manifestRoundTrip() {
        const Manifest read = manifestFromJson(toJson(manifest()), "x");
        QCOMPARE(manifestDifference(read, manifest()), std::string());
        QCOMPARE(read.set.prompts, manifest().set.prompts);
        QVERIFY(read.set.request.policy == manifest().set.request.policy);
        Manifest elsewhere = manifest();
        elsewhere.model.name = "a copy in a folder of another name";
        QCOMPARE(manifestDifference(read, elsewhere), std::string());
    }

    void differencesAreNamed_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("says");
        int which = 0;
        for (const char* says :
             {"settings cfg is 3.0, not 4.0", "settings policy is \"snapkv\", not \"full\"",
              "first seed is 7, not 8", "batch is 4, not 1", "precision is \"bf16\", not \"fp32\"",
              "model transformer is \"sha1:1\", not \"sha1:9\"", "there are 3 pictures, not 2",
              "the caption of 0001.png is \"an \"owl\"?", "program is \"scalekv 1.2\", not \"scalekv 2\""})
            QTest::newRow(says) << which++ << QString::fromLatin1(says);
    }
    void differencesAreNamed() {
        QFETCH(int, which);
        QFETCH(QString, says);
        Manifest wanted = manifest();
        switch (which) {
        case 0:
            wanted.set.request.cfg = {4};
            break;
        case 1:
            wanted.set.request.policy = {};
            break;
        case 2:
            wanted.set.firstSeed = 8;
            break;
        case 3:
            wanted.set.batch = 1;
            break;
        case 4:
            wanted.precision = "fp32";
            break;
        case 5:
            wanted.model.transformer = "sha1:9";
            break;
        case 6:
            wanted.set.prompts.pop_back();
            break;
        case 7:
            wanted.set.prompts[1] = "an owl";
            break;
        default:
            wanted.program = "scalekv 2";
        }
        const QString difference = QString::fromStdString(manifestDifference(manifest(), wanted));
        QVERIFY2(difference.startsWith(says), qPrintable(difference));
    }

    void damagedManifestsAreErrors() {
        const std::string text = toJson(manifest());
        for (std::size_t length = 0; length + 1 < text.size(); length += 7)
            QVERIFY_EXCEPTION_THROWN(manifestFromJson(text.substr(0, length), "x"), Error);
        for (const char* other : {"[]", "{}", "null", R"({"program": 3})"})
            QVERIFY_EXCEPTION_THROWN(manifestFromJson(other, "x"), Error);
        std::string batch = text;
        batch.replace(batch.find("\"batch\": 4"), 10, "\"batch\": 0");
        QVERIFY_EXCEPTION_THROWN(manifestFromJson(batch, "x"), Error);
    }

    void whatIsNoPictureDoesNotCount() {
        const QTemporaryDir folder;
        const SetFolder pictures(folder.path().toStdString(), 5);
        const RgbImage image{8, 8, std::vector<std::uint8_t>(8 * 8 * 3, 7)};
        writePng(pictures.file(0), image);
        writePng(pictures.file(3), image);
        const std::string whole = readBytes(pictures.file(0).string());
        writeBytes(pictures.file(1).string(), whole.substr(0, whole.size() - 1));
        writeBytes(pictures.file(2).string(), "");
        writeBytes(folder.filePath(QStringLiteral("0009.png")).toStdString(), whole); // beyond the set
        writeBytes(folder.filePath(QStringLiteral("00004.png")).toStdString(), whole);
        writeBytes(folder.filePath(QStringLiteral("cat.png")).toStdString(), whole);
        QCOMPARE(pictures.count(), std::size_t(4));
        QCOMPARE(QFile::link(QStringLiteral("nowhere"), folder.filePath(QStringLiteral("0004.png"))), true);
        pictures.removeBroken(2, 5); // a slice
        QCOMPARE(pictures.present(), (std::vector<bool>{true, true, false, true, true}));
        QVERIFY(QFile::remove(folder.filePath(QStringLiteral("0004.png"))));
        pictures.removeBroken(0, 5);
        QCOMPARE(pictures.present(), (std::vector<bool>{true, false, false, true, false}));
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("cat.png"))));
    }
};

QTEST_APPLESS_MAIN(TestPictureSet)
#include "tst_picture_set.moc"
