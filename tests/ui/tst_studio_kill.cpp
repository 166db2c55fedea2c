// The program is killed at any moment while it draws what is queued, and started again: every picture that
// was asked for is made, none that it told as kept is gone, and none is made more often than kills explain.
// SCALEKV_KILLS: how often (4; by hand, 100).

#include "gallery/index.h"
#include "gallery/trash.h"
#include "scalekv/recipe.h"
#include "scalekv/run_file.h"
#include "tests/ui/studio_process.h"

#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <sys/stat.h>

using namespace scalekv;
using namespace scalekv::gallery;

class TestStudioKill : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsLost();

private:
    static constexpr int kAhead = 6; // pictures that wait at each start

    void topUp();
    /// Lives for a while, and is killed. Says in which moment.
    enum class Until { Time, Queue, Picture }; ///< has passed, is written, is written
    QString live(Until until);
    QDateTime lastWriting(Until until) const;
    void movePicture();
    void look();
    void lookAtEnd();
    quint64 seedOf(const QString& name);
    QStringList files(const QString& pattern) const;
    QString inGallery(const QString& path) const { return QDir(studio_.gallery()).filePath(path); }

    StudioProcess studio_;
    QRandomGenerator random_{20261127};
    quint64 nextSeed_ = 1000;
    QHash<quint64, int> told_;        ///< how often a picture was told as kept
    QHash<quint64, int> interrupted_; ///< how often it was under way at a kill
    QHash<quint64, quint64> seeds_;   ///< of files that were read whole, by inode
    QHash<quint64, int> found_;       ///< files of a seed
    QElapsedTimer alive_;
    QDateTime started_;
    bool hasKept_ = false; ///< since it was started last
    int moves_ = 0, held_ = 0, brokenRuns_ = 0, mostUnfinished_ = 0;
};

void TestStudioKill::nothingIsLost() {
    const int kills = std::max(qEnvironmentVariableIntValue("SCALEKV_KILLS"), 4);
    QVERIFY(studio_.isReady() && QDir().mkpath(studio_.gallery()));
    QElapsedTimer clock;
    clock.start();
    QMap<QString, int> moments;
    for (int n = 0; n < kills; ++n) {
        topUp();
        ++moments[live(Until(n % 3))];
        look();
        if (QTest::currentTestFailed())
            return;
    }
    lookAtEnd();
    if (QTest::currentTestFailed())
        return;
    int made = 0, again = 0;
    for (const int number : std::as_const(found_)) {
        ++made;
        again += number - 1;
    }
    QStringList when;
    for (auto moment = moments.cbegin(); moment != moments.cend(); ++moment)
        when += QStringLiteral("%1 while %2").arg(moment.value()).arg(moment.key());
    qInfo("%d kills (%s): %d pictures, %d of them drawn twice, %d held and let go on; %d moves to the trash "
          "and back; %d hidden files at most; %d run files without a picture; %.0f s",
          kills, qPrintable(when.join(QStringLiteral(", "))), made, again, held_, moves_, mostUnfinished_,
          brokenRuns_, double(clock.elapsed()) / 1000);
}

void TestStudioKill::topUp() {
    const int held = studio_.letGoOn();
    QVERIFY(held >= 0);
    held_ += held;
    QVector<GenerationRequest> more;
    for (qsizetype n = studio_.left().count(); n < kAhead; ++n) {
        GenerationRequest request;
        request.prompts = {"a fox"};
        request.size = "0.06M";
        request.seed = nextSeed_++;
        more += request;
    }
    if (!more.isEmpty())
        QCOMPARE(studio_.queue(more), QString());
}

QString TestStudioKill::live(Until until) {
    if (!studio_.start())
        qFatal("The program does not start.");
    alive_.start();
    started_ = QDateTime::currentDateTime();
    hasKept_ = false;
    QStringList kept;
    const int lifetime = until == Until::Time ? random_.bounded(200, 4000) : StudioProcess::kPatience;
    int writings = random_.bounded(1, 6); // so many, from the program's start
    QDateTime before = lastWriting(until);
    while (alive_.elapsed() < lifetime) {
        QTest::qWait(std::min<int>(1, lifetime - int(alive_.elapsed())));
        const QStringList now = studio_.takeKept();
        kept += now;
        for (qsizetype n = 0; n < now.size(); ++n) {
            if (random_.bounded(2) == 0)
                movePicture();
        }
        // What is killed soon after is killed in the middle of it, or just behind.
        if (const QDateTime last = lastWriting(until); last > before) {
            before = last;
            if (--writings == 0) {
                if (random_.bounded(2) == 0)
                    QTest::qWait(random_.bounded(30));
                break;
            }
        }
    }
    const qint64 age = alive_.elapsed();
    studio_.kill();
    kept += studio_.takeKept();
    hasKept_ = !kept.isEmpty();
    for (const QString& name : std::as_const(kept))
        ++told_[seedOf(name)];
    if (until == Until::Queue)
        return QStringLiteral("the queue is written");
    if (until == Until::Picture)
        return QStringLiteral("a picture is written");
    return studio_.left().running.isEmpty() && age < 2000 ? QStringLiteral("starting")
                                                          : QStringLiteral("at work");
}

/// Of the files that are waited for.
QDateTime TestStudioKill::lastWriting(Until until) const {
    switch (until) {
    case Until::Time:
        break;
    case Until::Picture:
        return QFileInfo(studio_.gallery()).lastModified();
    case Until::Queue:
        return QFileInfo(studio_.queueFile() + QStringLiteral("-wal")).lastModified();
    }
    return {};
}

void TestStudioKill::movePicture() {
    const QStringList pictures = files(QStringLiteral("*.png"));
    if (pictures.isEmpty())
        return;
    const QString& path = pictures[random_.bounded(int(pictures.size()))];
    isTrashed(path) ? moveBack(studio_.gallery(), path) : moveToTrash(studio_.gallery(), path);
    ++moves_;
}

/// After a kill: what was promised is there and whole, and nothing is lost.
void TestStudioKill::look() {
    // Another program may be at work in the folder, so only what nobody has touched for a minute goes, when
    // the folder is looked through.
    const QStringList hidden = files(QStringLiteral(".scalekv-*.part"));
    mostUnfinished_ = std::max(mostUnfinished_, int(hidden.size()));
    for (const QString& file : hidden) {
        const bool old = QFileInfo(inGallery(file)).lastModified().secsTo(started_) > 60;
        QVERIFY2(!old || !hasKept_, qPrintable(file + QStringLiteral(" is left from an earlier kill")));
    }

    found_.clear();
    for (const QString& path : files(QStringLiteral("*.png"))) {
        const std::string picture = inGallery(path).toStdString();
        struct stat state {};
        QCOMPARE(::stat(picture.c_str(), &state), 0);
        if (!seeds_.contains(state.st_ino)) {
            const PngFile file = readPng(picture); // throws unless it is whole
            const auto recipe = recipeOf(file.text);
            QVERIFY2(recipe, picture.c_str());
            QCOMPARE(readRunFile(picture.substr(0, picture.size() - 4) + ".run").pixels,
                     pixelSum(file.image));
            seeds_.insert(state.st_ino, recipe->request.seed);
        }
        ++found_[seeds_[state.st_ino]];
    }
    brokenRuns_ = 0;
    for (const QString& run : files(QStringLiteral("*.run")))
        brokenRuns_ += QFile::exists(inGallery(run.chopped(4) + QStringLiteral(".png"))) ? 0 : 1;

    const StudioProcess::Left left = studio_.left();
    QVERIFY2(left.problem.isEmpty(), qPrintable(left.problem));
    for (const quint64 seed : left.running)
        ++interrupted_[seed];
    for (auto seed = told_.cbegin(); seed != told_.cend(); ++seed)
        QVERIFY2(found_.value(seed.key()) >= seed.value(),
                 qPrintable(QStringLiteral("Seed %1 was kept, and is gone").arg(seed.key())));
    for (quint64 seed = 1000; seed < nextSeed_; ++seed) {
        const bool queued =
            left.waiting.contains(seed) || left.running.contains(seed) || left.held.contains(seed);
        QVERIFY2(queued || found_.contains(seed),
                 qPrintable(QStringLiteral("Seed %1 was queued, and is lost").arg(seed)));
        QVERIFY2(found_.value(seed) <= 1 + interrupted_.value(seed),
                 qPrintable(QStringLiteral("Seed %1 was drawn too often").arg(seed)));
    }
}

/// Lets it finish: the queue becomes empty, and the index agrees with the folder.
void TestStudioKill::lookAtEnd() {
    topUp();
    QVERIFY(studio_.start());
    alive_.start();
    started_ = QDateTime::currentDateTime();
    hasKept_ = false;
    const auto finished = [this] {
        for (const QString& name : studio_.takeKept())
            ++told_[seedOf(name)];
        return studio_.left().count() == 0;
    };
    QVERIFY(QTest::qWaitFor(finished, StudioProcess::kPatience));
    QStringList pictures, known;
    const auto agree = [&] {
        pictures = files(QStringLiteral("*.png"));
        const QTemporaryDir scratch;
        known = Index(StudioProcess::copyOf(studio_.indexFile(), scratch)).stamps().keys();
        known.sort();
        return known == pictures;
    };
    QVERIFY2(
        QTest::qWaitFor(agree, 20000),
        qPrintable(QStringLiteral("%1 pictures, %2 in the index").arg(pictures.size()).arg(known.size())));
    studio_.kill();
    look();
    QCOMPARE(found_.size(), qsizetype(nextSeed_ - 1000));
}

quint64 TestStudioKill::seedOf(const QString& name) {
    static const QRegularExpression pattern(QStringLiteral("^a-fox-(\\d+)(-\\d+)?\\.png$"));
    const QRegularExpressionMatch match = pattern.match(name);
    if (!match.hasMatch())
        qFatal("A picture is called %s", qPrintable(name));
    return match.captured(1).toULongLong();
}

QStringList TestStudioKill::files(const QString& pattern) const {
    QStringList found;
    QDirIterator each(studio_.gallery(), {pattern}, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (each.hasNext())
        found += QDir(studio_.gallery()).relativeFilePath(each.next());
    found.sort();
    return found;
}

QTEST_GUILESS_MAIN(TestStudioKill)
#include "tst_studio_kill.moc"
