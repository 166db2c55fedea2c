// The program is killed at any moment: what was said to be kept is there, whole, and the index agrees with
// the folder. SCALEKV_KILLS: how often (10; by hand, 100, with
// QTEST_FUNCTION_TIMEOUT=3600000).

#include "gallery/trash.h"
#include "scalekv/recipe.h"
#include "scalekv/run_file.h"
#include "tests/gallery/made_pictures.h"

#include <QDir>
#include <QDirIterator>
#include <QProcess>
#include <QRandomGenerator>
#include <QTest>

using namespace scalekv;
using namespace scalekv::gallery;
using scalekv::test::OpenGallery;

class TestGalleryKill : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsLost() {
        const int kills = qEnvironmentVariableIntValue("SCALEKV_KILLS") > 0
                              ? qEnvironmentVariableIntValue("SCALEKV_KILLS")
                              : 10;
        const QTemporaryDir own;
        const QString folder = own.filePath("pictures"), index = own.filePath("index");
        QRandomGenerator random(20261127);
        QSet<quint64> promised;
        int moved = 0, mended = 0;
        for (int n = 0; n < kills; ++n) {
            QProcess victim;
            victim.start(QStringLiteral(GALLERY_VICTIM), {folder, index, QString::number(1000000 * (n + 1))});
            QVERIFY(victim.waitForStarted());
            QVERIFY(victim.waitForReadyRead(OpenGallery::kPatience)); // it is at work
            QTest::qWait(random.bounded(1, 300));
            victim.kill(); // SIGKILL
            QVERIFY(victim.waitForFinished());
            for (const QByteArray& line : victim.readAllStandardOutput().split('\n')) {
                if (line.startsWith("kept "))
                    promised += line.mid(5).toULongLong();
            }
            mended += checkFolder(folder, index, promised, moved);
        }
        looked_.clear(); // once more at all of them
        checkFolder(folder, index, promised, moved);
        qInfo("%d kills, %d pictures kept, of these %d in the trash; %d run files were brought after their "
              "pictures",
              kills, int(promised.size()), moved, mended);
        QVERIFY(promised.size() > kills);
    }

private:
    QHash<QString, quint64>
        looked_; ///< seeds of pictures that were found whole, by path: no other has its name

    static QStringList files(const QString& folder, const QString& pattern) {
        QStringList found;
        QDirIterator each(folder, {pattern}, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (each.hasNext())
            found += QDir(folder).relativeFilePath(each.next());
        found.sort();
        return found;
    }

    static int withoutPicture(const QString& folder) {
        int number = 0;
        for (const QString& run : files(folder, "*.run"))
            number += QFile::exists(QDir(folder).filePath(run.chopped(4) + ".png")) ? 0 : 1;
        return number;
    }

    /// The seed of a picture that is whole and has its own run beside it; throws, or ends the program, for
    /// others.
    static quint64 lookAt(const std::string& picture) {
        const PngFile file = readPng(picture);
        if (readRunFile(picture.substr(0, picture.size() - 4) + ".run").pixels != pixelSum(file.image))
            qFatal("%s is beside the wrong run", picture.c_str());
        return recipeOf(file.text)->request.seed;
    }

    /// How many run files the gallery has brought after their pictures.
    int checkFolder(const QString& folder, const QString& index, const QSet<quint64>& promised,
                    int& trashed) {
        const int before = withoutPicture(folder);
        OpenGallery gallery(folder, index);
        const QStringList pictures = files(folder, "*.png");
        QSet<quint64> found;
        trashed = 0;
        for (const QString& path : pictures) {
            if (!looked_.contains(path))
                looked_.insert(path, lookAt(QDir(folder).filePath(path).toStdString()));
            const quint64 seed = looked_.value(path);
            if (found.contains(seed))
                qFatal("two files of picture %llu", static_cast<unsigned long long>(seed));
            found += seed;
            trashed += isTrashed(path) ? 1 : 0;
        }
        const QSet<quint64> lost = promised - found;
        if (!lost.isEmpty())
            qFatal("%d pictures are lost, such as %llu", int(lost.size()),
                   static_cast<unsigned long long>(*lost.begin()));
        QStringList known = gallery.names() + gallery.names({.trashed = true});
        known.sort();
        if (known != pictures)
            qFatal("index and folder disagree: %d and %d", int(known.size()), int(pictures.size()));
        return before - withoutPicture(folder);
    }
};

QTEST_GUILESS_MAIN(TestGalleryKill)
#include "tst_gallery_kill.moc"
