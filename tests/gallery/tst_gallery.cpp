// The gallery as the window uses it, with the real SQLite: keeping, finding, the trash, two at once, and
// trouble.

#include "gallery/index_database.h"
#include "gallery/marks.h"
#include "gallery/scan.h"
#include "gallery/trash.h"
#include "scalekv/recipe.h"
#include "scalekv/run_file.h"
#include "scalekv/write_file.h"
#include "tests/gallery/made_pictures.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace scalekv;
using namespace scalekv::gallery;
using scalekv::test::madeImage;
using scalekv::test::madePicture;
using scalekv::test::OpenGallery;

namespace {

const QStringList kPrompts{"a red apple", "a blue café chair", "a green car", "a red car"};

/// All files below a folder but directories, hidden ones as well, relative and sorted.
QStringList filesBelow(const QString& folder) {
    QStringList files;
    QDirIterator each(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (each.hasNext())
        files += QDir(folder).relativeFilePath(each.next());
    files.sort();
    return files;
}

} // namespace

class TestGallery : public QObject {
    Q_OBJECT

private:
    /// One picture each of kPrompts, seeds 0 … 3, each a second younger than the one before.
    static QStringList fill(OpenGallery& gallery) {
        QStringList names;
        for (int n = 0; n < kPrompts.size(); ++n) {
            names += gallery.keep(madePicture(kPrompts[n], quint64(n)));
            age(gallery, names.back(), 100 - n);
        }
        gallery.rescan();
        return names;
    }
    static void age(OpenGallery& gallery, const QString& name, int seconds) {
        QFile file(gallery->filePath(name));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.setFileTime(QDateTime::currentDateTime().addSecs(-seconds), QFileDevice::FileModificationTime);
    }

private Q_SLOTS:
    void aPictureIsKeptWithWhatIsKnown() {
        OpenGallery gallery;
        const NewPicture picture = madePicture("a red apple", 7);
        const QString name = gallery.keep(picture);
        QCOMPARE(name, QStringLiteral("a-red-apple-7.png"));
        const std::string path = gallery->filePath(name).toStdString();
        const PngFile file = readPng(path);
        QCOMPARE(file.image.pixels, picture.image.pixels);
        QCOMPARE(recipeOf(file.text)->request.seed, 7u);
        const KeptRun run = readRunFile(gallery->filePath("a-red-apple-7.run").toStdString());
        QVERIFY(run.bits == picture.run->bits);
        QCOMPARE(run.pixels, pixelSum(file.image));

        const QVector<Entry> entries = gallery.find();
        QCOMPARE(entries.size(), 1);
        QCOMPARE(entries[0].path, name);
        QCOMPARE(entries[0].prompt, QStringLiteral("a red apple"));
        QCOMPARE(entries[0].policy, QStringLiteral("snapkv 10 %"));
        QCOMPARE(entries[0].model, QStringLiteral("made"));
        QCOMPARE(entries[0].width, 32);
        QVERIFY(entries[0].hasRecipe && entries[0].hasRun);
        QCOMPARE(entries[0].bytes, QFileInfo(gallery->filePath(name)).size() +
                                       QFileInfo(gallery->filePath("a-red-apple-7.run")).size());
    }

    void namesAreNeverTakenTwice() {
        OpenGallery gallery;
        QStringList names;
        for (int n = 0; n < 3; ++n)
            names += gallery.keep(madePicture("a red apple", 7));
        QCOMPARE(names, QStringList({"a-red-apple-7.png", "a-red-apple-7-2.png", "a-red-apple-7-3.png"}));
        QVERIFY(QFile::remove(gallery->filePath("a-red-apple-7-2.png"))); // its run is still there
        QCOMPARE(gallery.keep(madePicture("a red apple", 7)), QStringLiteral("a-red-apple-7-4.png"));
    }

    void searchAndFilters() {
        OpenGallery gallery;
        const QStringList names = fill(gallery);
        const auto search = [&](const char* words) { return gallery.prompts({.words = words}); };
        QCOMPARE(search(""), QStringList({"a red car", "a green car", "a blue café chair", "a red apple"}));
        QCOMPARE(search("red"), QStringList({"a red car", "a red apple"}));
        QCOMPARE(search("CAR red"), QStringList({"a red car"}));
        QCOMPARE(search("ca"), QStringList({"a red car", "a green car", "a blue café chair"}));
        QCOMPARE(search("cafe"), QStringList({"a blue café chair"}));
        QCOMPARE(search("snapkv"), QStringList({"a red car", "a blue café chair"})); // settings
        QCOMPARE(search("seed 2"), QStringList({"a green car"}));
        QCOMPARE(search("pear"), QStringList());
        for (const char* odd : {"\"", "\"red", "red AND", "NOT", "a OR (", "prompt:red*", "-", "*", "^red"})
            search(odd); // what a person types is no language: nothing fails
        QCOMPARE(search("red \" - *"), QStringList({"a red car", "a red apple"}));
        QCOMPARE(search("red\tcar\u00a0\n"), QStringList({"a red car"}));
        QCOMPARE(search("car -red"), QStringList({"a green car"}));
        QCOMPARE(search("-car -cafe"), QStringList({"a red apple"}));
        QCOMPARE(search("seed:1"), QStringList({"a blue café chair"}));
        QCOMPARE(search("-seed=1 snapkv"), QStringList({"a red car"}));
        QCOMPARE(search("\"red car\""), QStringList({"a red car"}));
        QCOMPARE(search("\"car red\""), QStringList());
        QCOMPARE(search("\"red c"), QStringList({"a red car"})); // still being typed
        QCOMPARE(search("\"red c\""), QStringList());
        QCOMPARE(search("-\"red car\" red"), QStringList({"a red apple"}));
        gallery.keep(madePicture("another", 11));
        QCOMPARE(search("seed:1"), QStringList({"a blue café chair"})); // and not 11
        QCOMPARE(search("seed 11"), QStringList("another"));
        gallery->deleteTrashed(gallery.move({"another-11.png"}));

        QCOMPARE(gallery.prompts({.policy = "full"}), QStringList({"a green car", "a red apple"}));
        QCOMPARE(gallery.prompts({.model = "other"}), QStringList());
        QCOMPARE(gallery.prompts({.sort = Sort::Oldest}).front(), QStringLiteral("a red apple"));
        QCOMPARE(gallery.prompts({.sort = Sort::Prompt}),
                 QStringList({"a blue café chair", "a green car", "a red apple", "a red car"}));
        QTRY_COMPARE(gallery->contents().pictures, 4);
        const Contents contents = gallery->contents();
        QCOMPARE(contents.pictures, 4);
        QCOMPARE(contents.models, QStringList("made"));
        QCOMPARE(contents.policies, QStringList({"full", "snapkv"}));
    }

    void wordsWithoutSpacesAreFoundAnywhere() {
        OpenGallery gallery;
        gallery.keep(madePicture("夜の東京タワー、雨", 1));
        gallery.keep(madePicture("一只红色的苹果", 2));
        QCOMPARE(gallery.names({.words = "東京"}).size(), 1);
        QCOMPARE(gallery.names({.words = "タワー 雨"}).size(), 1);
        QCOMPARE(gallery.names({.words = "苹果"}).size(), 1);
        QCOMPARE(gallery.names({.words = "苹果 東京"}).size(), 0);
        QCOMPARE(gallery.names({.words = "-東京"}).size(), 1);
        QCOMPARE(gallery.names({.words = "東京 seed"}).size(), 1);
    }

    void groups() {
        OpenGallery gallery;
        fill(gallery);
        gallery.keep(madePicture("a red apple", 8));
        const QVector<Entry> entries = gallery.find({.grouped = true});
        QCOMPARE(entries.size(), 4);
        QCOMPARE(entries[0].prompt, QStringLiteral("a red apple"));
        QCOMPARE(entries[0].count, 2);
        QCOMPARE(entries[0].path, QStringLiteral("a-red-apple-8.png")); // its newest stands for it
        QCOMPARE(entries[1].count, 1);
        QCOMPARE(gallery.find({.prompts = {"a red apple"}}).size(), 2);
        QCOMPARE(gallery.find({.prompts = {"a red apple", "a red car"}}).size(), 3);
        for (const Sort sort : {Sort::Newest, Sort::Oldest, Sort::Prompt, Sort::Stars, Sort::Largest})
            QCOMPARE(gallery.find({.grouped = true, .sort = sort}).size(), 4);
        // The one with the most of what is sorted by stands for them, be it not the newest.
        gallery->changeMarks({"a-red-apple-0.png"}, {.stars = 4});
        gallery->changeMarks({"a-red-apple-8.png"}, {.stars = 2});
        NewPicture large = madePicture("a red apple", 9, 200);
        age(gallery, gallery.keep(large), 500);
        QVERIFY(gallery.rescan());
        QCOMPARE(gallery.names({.prompts = {"a red apple"}, .grouped = true, .sort = Sort::Stars}),
                 QStringList("a-red-apple-0.png"));
        QCOMPARE(gallery.names({.prompts = {"a red apple"}, .grouped = true, .sort = Sort::Largest}),
                 QStringList("a-red-apple-9.png"));
        QCOMPARE(gallery.names({.grouped = true, .sort = Sort::Stars}).front(),
                 QStringLiteral("a-red-apple-0.png"));
    }

    void marks() {
        OpenGallery gallery;
        const QStringList names = fill(gallery);
        const quint64 first =
            gallery->changeMarks({names[0], names[2]}, {.stars = 4, .addTags = {"best, of all"}});
        gallery->changeMarks({names[1]}, {.stars = 2});
        QCOMPARE(gallery.names({.leastStars = 2, .sort = Sort::Stars}),
                 QStringList({names[2], names[0], names[1]}));
        QCOMPARE(gallery.names({.leastStars = 3}).size(), 2);
        QCOMPARE(gallery.names({.tag = "best of all"}).size(),
                 2); // a comma parts tags where people type them
        QCOMPARE(gallery.names({.words = "best"}).size(), 2);
        gallery->turnBack(first);
        QCOMPARE(gallery.names({.leastStars = 1}), QStringList({names[1]}));
        QVERIFY(!QFile::exists(gallery->filePath(names[0] + ".xmp")));
        gallery->turnBack(first);
        QCOMPARE(gallery.names({.tag = "best of all"}).size(), 2);
        gallery->changeMarks({names[0]}, {.removeTags = {"best of all"}});
        QCOMPARE(gallery.names({.tag = "best of all"}), QStringList({names[2]}));

        // They outlive the index.
        gallery.close();
        QVERIFY(QDir(gallery.indexFolder()).removeRecursively());
        gallery.reopen();
        QCOMPARE(gallery.names({.leastStars = 3}).size(), 2);
        QCOMPARE(gallery.names({.tag = "best of all"}), QStringList({names[2]}));
        QTRY_COMPARE(gallery->contents().tags, QStringList("best of all"));
    }

    void undoOfMarksFollowsThePicture() {
        OpenGallery gallery;
        NewPicture picture = madePicture("a red apple", 1);
        picture.stem = "same";
        QCOMPARE(gallery.keep(picture), QStringLiteral("same.png"));
        const quint64 marked =
            gallery->changeMarks({"same.png"}, {.stars = 4, .addTags = {"mine"}, .removeTags = {}});
        gallery.move({"same.png"});
        QCOMPARE(gallery.keep(picture), QStringLiteral("same.png"));
        gallery->changeMarks({"same.png"}, {.stars = 4, .addTags = {"mine"}});
        // Another program says more of the first.
        const QString trashed = gallery->filePath(".trash/same.png");
        writeMarks(trashed, {4, {"mine", "theirs"}});
        gallery->turnBack(marked);
        QCOMPARE(gallery.find({.trashed = true}).front().marks, (Marks{0, {"theirs"}}));
        QCOMPARE(gallery.find().front().marks, (Marks{4, {"mine"}}));
        writeMarks(trashed, {2, {"theirs"}});
        gallery->turnBack(marked); // again: their stars stay
        QCOMPARE(gallery.find({.trashed = true}).front().marks, (Marks{2, {"theirs", "mine"}}));
    }

    void undoThatFailsMidwayCanGoOn() {
        OpenGallery gallery;
        const QStringList names = fill(gallery);
        const quint64 marked = gallery->changeMarks(names, {.stars = 3});
        QCOMPARE(gallery.names({.leastStars = 3}).size(), 4);
        const std::string xmp = gallery->filePath(names[1] + ".xmp").toStdString();
        const QByteArray whole = *withMarks({}, {3, {}});
        writeFile(xmp, "<half");
        QSignalSpy failed(&*gallery, &Gallery::failed);
        gallery->turnBack(marked);
        QVERIFY(gallery.rescan());
        QCOMPARE(gallery.names({.leastStars = 3}).size(), 0);
        QCOMPARE(failed.count(), 1);
        writeFile(xmp, whole.toStdString());
        gallery->turnBack(marked);
        QVERIFY(gallery.rescan());
        QCOMPARE(gallery.names({.leastStars = 3}).size(), 4);
        gallery->turnBack(marked);
        QCOMPARE(gallery.names({.leastStars = 3}).size(), 0);
    }

    void trashAndBack() {
        OpenGallery gallery;
        const QStringList names = fill(gallery), before = filesBelow(gallery.folder());
        gallery->changeMarks({names[1]}, {.stars = 5});
        const QStringList withMarks =
            gallery.names().isEmpty() ? QStringList() : filesBelow(gallery.folder());
        quint64 ticket = 0;
        const QStringList trashed = gallery.move({names[1], names[3]}, &ticket);
        QCOMPARE(trashed, QStringList({kTrash + names[1], kTrash + names[3]}));
        QCOMPARE(gallery.names(), QStringList({names[2], names[0]}));
        QCOMPARE(gallery.names({.trashed = true}), QStringList({trashed[1], trashed[0]}));
        QCOMPARE(gallery.find({.leastStars = 5, .trashed = true}).size(), 1);
        QVERIFY(QFile::exists(gallery->filePath(trashed[0] + ".xmp")));
        QVERIFY(gallery.rescan());
        QCOMPARE(gallery.names({.trashed = true}).size(), 2);

        gallery->turnBack(ticket);
        QCOMPARE(gallery.names().size(), 4);
        QCOMPARE(filesBelow(gallery.folder()), withMarks);
        gallery->turnBack(ticket); // to the trash again
        QCOMPARE(gallery.names({.trashed = true}).size(), 2);
        gallery.move(gallery.names({.trashed = true}));
        QCOMPARE(gallery.names().size(), 4);
        QCOMPARE(filesBelow(gallery.folder()), withMarks);
    }

    void nothingIsOverwrittenInTheTrashOrBack() {
        OpenGallery gallery;
        for (quint64 n = 0; n < 3; ++n) {
            NewPicture picture = madePicture("a red apple", n);
            picture.stem = "same";
            QCOMPARE(gallery.keep(picture), QStringLiteral("same.png"));
            gallery.move({"same.png"});
        }
        QStringList trashed = gallery.names({.trashed = true, .sort = Sort::Oldest});
        trashed.sort();
        QCOMPARE(trashed, QStringList({".trash/.2/same.png", ".trash/.3/same.png", ".trash/same.png"}));
        QCOMPARE(pathBefore(".trash/.3/sub/same.png"), QStringLiteral("sub/same.png"));
        gallery.move(trashed);
        QStringList names = gallery.names();
        names.sort();
        QCOMPARE(names, QStringList({"same-2.png", "same-3.png", "same.png"}));
        QSet<quint64> seeds;
        for (const QString& name : names) {
            const PngFile file = readPng(gallery->filePath(name).toStdString());
            seeds += recipeOf(file.text)->request.seed;
            QCOMPARE(readRunFile(gallery->filePath(name.chopped(4) + ".run").toStdString()).pixels,
                     pixelSum(file.image));
        }
        QCOMPARE(seeds.size(), 3);
    }

    void theTrashIsEmptied() {
        OpenGallery gallery;
        const QStringList names = fill(gallery);
        gallery->changeMarks({names[0]}, {.stars = 1});
        const QStringList trashed = gallery.move({names[0], names[1], names[2]});
        gallery->deleteTrashed({trashed[1], names[3]}); // and nothing that is not there
        QCOMPARE(gallery.names({.trashed = true}).size(), 2);
        QVERIFY(!QFile::exists(gallery->filePath(trashed[1])));
        QCOMPARE(gallery.names(), QStringList(names[3]));
        gallery.move({trashed[2]});
        gallery->emptyTrash();
        QCOMPARE(gallery.names({.trashed = true}), QStringList());
        QCOMPARE(gallery.names().size(), 2);
        QVERIFY(!QDir(gallery->filePath(".trash")).exists());
    }

    void halfMovesAreMended() {
        OpenGallery gallery;
        const QStringList names = fill(gallery);
        gallery->changeMarks({names[0], names[1]}, {.stars = 3});
        gallery.find();
        gallery.close();
        QDir folder(gallery.folder());
        // As a program leaves it that is killed after the picture has moved: to the trash, and back from it.
        folder.mkpath(".trash");
        QVERIFY(folder.rename(names[0], ".trash/" + names[0]));
        for (const QString& file : {names[1].chopped(4) + ".run", names[1] + ".xmp"})
            QVERIFY(folder.rename(file, ".trash/" + file));
        // Of another picture of that name: it must not be taken for this one's.
        NewPicture other = madePicture(kPrompts[2], 77);
        writePng(folder.filePath(".trash/" + names[2]).toStdString(), other.image, other.text);
        QVERIFY(QFile::remove(folder.filePath(names[2])));

        gallery.reopen();
        const QVector<Entry> trashed = gallery.find({.leastStars = 3, .trashed = true});
        QCOMPARE(trashed.size(), 1);
        QCOMPARE(trashed[0].path, ".trash/" + names[0]);
        QVERIFY(trashed[0].hasRun);
        const QVector<Entry> back = gallery.find({.leastStars = 3});
        QCOMPARE(back.size(), 1);
        QCOMPARE(back[0].path, names[1]);
        QVERIFY(back[0].hasRun);
        QVERIFY(folder.exists(names[2].chopped(4) + ".run")); // not a week old
    }

    void oldOrphansStay() {
        OpenGallery gallery;
        const QStringList names = fill(gallery);
        // Foreign: a run file has a mark of its own.
        writeFile(gallery->filePath("nothing.run").toStdString(), "x");
        age(gallery, "nothing.run", 8 * 24 * 3600);
        // A run whose time is old, as a copy's may be, but that has just come.
        QVERIFY(QFile::remove(gallery->filePath(names[0])));
        const QString run = names[0].chopped(4) + ".run";
        age(gallery, run, 8 * 24 * 3600);
        QVERIFY(gallery.rescan());
        QVERIFY(QFile::exists(gallery->filePath("nothing.run")));
        QVERIFY(QFile::exists(gallery->filePath(run)));
    }

    void foreignFilesStayWhereTheyAre() {
        OpenGallery gallery;
        writePng(gallery->filePath("plot.png").toStdString(), madeImage(3, 8));
        writeFile(gallery->filePath("plot.run").toStdString(), "solver --steps 3");
        QVERIFY(gallery.rescan());
        QCOMPARE(gallery.move({"plot.png"}), QStringList(kTrash + QStringLiteral("plot.png")));
        QCOMPARE(filesBelow(gallery.folder()), QStringList({".trash/plot.png", "plot.run"}));
        writeFile(gallery->filePath(".trash/plot.run").toStdString(), "another solver");
        gallery->emptyTrash();
        QCOMPARE(gallery.names({.trashed = true}), QStringList());
        QCOMPARE(filesBelow(gallery.folder()), QStringList({".trash/plot.run", "plot.run"}));
    }

    void marksComeOnlyWithTheirRun() {
        OpenGallery gallery;
        const QString name = gallery.keep(madePicture("a red apple", 1));
        gallery.move({name});
        // Of another picture of that name, which a file manager has taken away.
        const QString marks = gallery->filePath(name + ".xmp");
        writeFile(marks.toStdString(), withMarks({}, {5, {"another's"}})->toStdString());
        QVERIFY(gallery.rescan());
        QVERIFY(QFile::exists(marks));
        QCOMPARE(gallery.find({.trashed = true}).front().marks, Marks());
    }

    void whatCannotBeSeenIsNotForgotten() {
        const QTemporaryDir folder;
        QFile::setPermissions(folder.path(), QFileDevice::Permissions(0x7755));
        QDir(folder.path()).mkpath("sub/inner");
        for (const char* name : {"a.png", "sub/inner/b.png"})
            writePng(folder.filePath(name).toStdString(), madeImage(3, 8));
        Index index(":memory:");
        const std::atomic<bool> stop = false;
        const auto scan = [&] {
            Scan one(folder.path(), index, stop);
            while (!one.isDone())
                one.step();
            return index.stamps().keys();
        };
        QCOMPARE(scan().size(), 2);
        QVERIFY(QFile::remove(folder.filePath("a.png")));
        ::chmod(folder.filePath("sub").toLocal8Bit(), 0);
        const bool administrator = ::geteuid() == 0; // who may look everywhere
        if (administrator)
            QCOMPARE(::seteuid(65534), 0);
        const QStringList known = scan();
        if (administrator)
            QCOMPARE(::seteuid(0), 0);
        ::chmod(folder.filePath("sub").toLocal8Bit(), 0700);
        QCOMPARE(known, QStringList("sub/inner/b.png"));
    }

    void deepFoldersAreSeen() {
        const QTemporaryDir folder;
        const QString deep = QStringLiteral("d/").repeated(200);
        QDir(folder.path()).mkpath(deep);
        writePng(folder.filePath(deep + "a.png").toStdString(), madeImage(3, 8));
        rlimit usual{};
        ::getrlimit(RLIMIT_NOFILE, &usual);
        const rlimit few{100, usual.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &few);
        const FolderFiles found = walkFolder(folder.path(), false);
        ::setrlimit(RLIMIT_NOFILE, &usual);
        QCOMPARE(found.unreadable, 0);
        QCOMPARE(found.files.keys(), QStringList(deep + "a.png"));
    }

    void theFolderIsFollowed() {
        OpenGallery gallery;
        fill(gallery);
        // Somebody else fills a folder within it, as `scalekv sample` does.
        QDir(gallery.folder()).mkpath("set/0");
        QDir(gallery.folder()).mkpath(".hidden");
        const NewPicture picture = madePicture("from outside", 5);
        writePng(gallery->filePath("set/0/one.png").toStdString(), picture.image, picture.text);
        writePng(gallery->filePath(".hidden/no.png").toStdString(), picture.image, picture.text);
        writePng(gallery->filePath("plain.png").toStdString(), madeImage(3, 8));
        writeFile(gallery->filePath("broken.png").toStdString(), "not a picture");
        QVERIFY(QFile::link(gallery.folder(), gallery->filePath("loop")));
        QVERIFY(QTest::qWaitFor([&] { return gallery.names().contains("set/0/one.png"); },
                                OpenGallery::kPatience));
        QCOMPARE(gallery.names().size(), 6);
        const QVector<Entry> plain = gallery.find({.words = "plain"});
        QCOMPARE(plain.size(), 1);
        QVERIFY(!plain[0].hasRecipe && plain[0].prompt.isEmpty());
        // What comes later into the new folder is seen, too.
        writePng(gallery->filePath("set/0/two.png").toStdString(), picture.image, picture.text);
        QVERIFY(QTest::qWaitFor([&] { return gallery.names().contains("set/0/two.png"); },
                                OpenGallery::kPatience));
        QVERIFY(QDir(gallery->filePath("set")).removeRecursively());
        QVERIFY(QTest::qWaitFor([&] { return gallery.names().size() == 5; }, OpenGallery::kPatience));
        QVERIFY(QFile::exists(gallery->filePath("broken.png")));
    }

    void brokenPicturesAreCounted() {
        OpenGallery gallery;
        writeFile(gallery->filePath("broken.png").toStdString(), "not a picture");
        QSignalSpy scanned(&*gallery, &Gallery::scanFinished);
        gallery->rescan();
        QVERIFY(scanned.wait());
        QCOMPARE(scanned.front().at(0).toInt(), 1);
        QCOMPARE(gallery.names(), QStringList());
        // Written whole at last: it is a picture now.
        writePng(gallery->filePath("broken.png").toStdString(), madeImage(3, 8));
        QVERIFY(QTest::qWaitFor([&] { return gallery.names().size() == 1; }, OpenGallery::kPatience));
    }

    void theIndexIsRebuilt_data() {
        QTest::addColumn<QByteArray>("contents");
        QTest::newRow("gone") << QByteArray();
        QTest::newRow("no database")
            << QByteArray("this is no database, though it is long enough to be one\n").repeated(100);
        QTest::newRow("cut short") << QByteArray("cut");
        QTest::newRow("of another version") << QByteArray("version");
        QTest::newRow("without its tables") << QByteArray("tables");
    }
    void theIndexIsRebuilt() {
        QFETCH(QByteArray, contents);
        OpenGallery gallery;
        const QStringList names = fill(gallery);
        gallery.move({names[0]});
        gallery->changeMarks({names[1]}, {.stars = 3});
        const QVector<Entry> before = gallery.find();
        gallery.close();
        const QString path = QDir(gallery.indexFolder()).entryInfoList(QDir::Files).front().filePath();
        QVERIFY(path.endsWith(".sqlite"));
        if (contents.isEmpty()) {
            removeDatabase(path);
        } else if (contents == "cut") {
            QFile file(path);
            QVERIFY(file.resize(file.size() / 2));
        } else if (contents == "version") {
            IndexDatabase(path).run("PRAGMA user_version = 99");
        } else if (contents == "tables") {
            IndexDatabase(path).run("DROP TABLE words");
        } else {
            writeFile(path.toStdString(), contents.toStdString());
        }
        gallery.reopen();
        QVERIFY(QTest::qWaitFor([&] { return gallery.names().size() == 3; }, OpenGallery::kPatience));
        QTRY_COMPARE(gallery.names({.words = "car"}).size(), 2);
        QTRY_COMPARE(gallery.names({.trashed = true}), QStringList(kTrash + names[0]));
        QTRY_COMPARE(gallery.names().size(), 3);
        QVector<Entry> after = gallery.find();
        QCOMPARE(after.size(), before.size());
        for (qsizetype n = 0; n < after.size(); ++n)
            after[n].id = before[n].id;
        QCOMPARE(after, before);
    }

    void aFullDiskDoesNotCostTheIndex() {
        OpenGallery gallery;
        const QStringList names = fill(gallery);
        gallery.find();
        const QString index = QDir(gallery.indexFolder()).entryInfoList({"*.sqlite"}).front().filePath();
        struct stat before {
        }, after{};
        QCOMPARE(::stat(index.toLocal8Bit(), &before), 0);
        ::signal(SIGXFSZ, SIG_IGN);
        rlimit usual{};
        ::getrlimit(RLIMIT_FSIZE, &usual);
        const rlimit few{2000, usual.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &few);
        gallery->changeMarks(names, {.stars = 3});
        const bool all = QTest::qWaitFor([&] { return gallery.names({.leastStars = 3}).size() == 4; },
                                         OpenGallery::kPatience);
        ::setrlimit(RLIMIT_FSIZE, &usual);
        QVERIFY(all);
        QCOMPARE(::stat(index.toLocal8Bit(), &after), 0);
        QCOMPARE(after.st_ino, before.st_ino);
    }

    void whatCannotBeReadIsTriedAgain() {
        const QTemporaryDir folder;
        QFile::setPermissions(folder.path(), QFileDevice::Permissions(0x7755));
        writePng(folder.filePath("a.png").toStdString(), madeImage(3, 8));
        ::chmod(folder.filePath("a.png").toLocal8Bit(), 0);
        const bool administrator = ::geteuid() == 0; // who may read everything
        if (administrator)
            QCOMPARE(::seteuid(65534), 0);
        const PictureStamps stamps = stampsOf(folder.path(), "a.png");
        const PictureFacts facts = readFacts(folder.path(), "a.png", stamps);
        if (administrator)
            QCOMPARE(::seteuid(0), 0);
        ::chmod(folder.filePath("a.png").toLocal8Bit(), 0600);
        QVERIFY(facts.unread && !facts.broken);
        QVERIFY(!readFacts(folder.path(), "a.png", stamps).unread);
    }

    void theTrashCountsWhatIsDamaged() {
        OpenGallery gallery;
        const QString name = gallery.keep(madePicture("a red apple", 1));
        gallery.move({name});
        writeFile(gallery->filePath(".trash/broken.png").toStdString(), "no picture");
        QVERIFY(gallery.rescan());
        QTRY_COMPARE(gallery->contents().trashedBroken, 1);
        QCOMPARE(gallery->contents().trashedPictures, 1);
    }

    void withoutAPlaceForTheIndex() {
        const QTemporaryDir own;
        writeFile(own.filePath("file").toStdString(), "no folder");
        OpenGallery gallery(own.filePath("pictures"), own.filePath("file"));
        fill(gallery);
        QCOMPARE(gallery.prompts({.words = "red"}).size(), 2);
    }

    void twoAtOnce() {
        OpenGallery one;
        OpenGallery two(one.folder(), one.indexFolder());
        QSignalSpy keptByOne(&*one, &Gallery::kept), keptByTwo(&*two, &Gallery::kept);
        for (quint64 n = 0; n < 30; ++n) {
            for (OpenGallery* gallery : {&one, &two})
                (*gallery)->keep([n] { return madePicture("the same", n % 3); });
        }
        QVERIFY(QTest::qWaitFor([&] { return keptByOne.count() + keptByTwo.count() == 60; },
                                OpenGallery::kPatience));
        QSet<QString> names;
        for (const QSignalSpy* spy : {&keptByOne, &keptByTwo})
            for (const auto& signal : *spy)
                names += signal.at(1).toString();
        QCOMPARE(names.size(), 60);
        QVERIFY(QTest::qWaitFor([&] { return one.names().size() == 60 && two.names().size() == 60; },
                                OpenGallery::kPatience));
        // What one does, the other shows by itself.
        const QString name = one.names().front();
        one.move({name});
        QVERIFY(QTest::qWaitFor([&] { return two.names().size() == 59; }, OpenGallery::kPatience));
        QCOMPARE(two.move({name}), QStringList()); // it is gone: no harm
        two->changeMarks({two.names().front()}, {.stars = 5});
        QVERIFY(QTest::qWaitFor([&] { return one.names({.leastStars = 5}).size() == 1; },
                                OpenGallery::kPatience));
    }

    void aFolderThatVanishesComesBack() {
        OpenGallery gallery;
        fill(gallery);
        QSignalSpy trouble(&*gallery, &Gallery::folderTrouble), failed(&*gallery, &Gallery::keepFailed);
        const QString away = gallery.folder() + "-away";
        QVERIFY(QDir().rename(gallery.folder(), away));
        gallery->rescan();
        QVERIFY(trouble.wait());
        QVERIFY(trouble.front().front().toString().contains("cannot be read"));
        QCOMPARE(gallery.keep(madePicture("lost?", 1)), QString());
        QVERIFY2(failed.front().at(1).toString().contains("is not there"),
                 qPrintable(failed.front().at(1).toString()));
        QVERIFY(!QDir(gallery.folder()).exists()); // a disk may be mounted there again
        QCOMPARE(gallery.names().size(), 4);       // what is known stays to be seen
        QVERIFY(QDir().rename(away, gallery.folder()));
        QVERIFY(trouble.wait(20000)); // by itself
        QCOMPARE(trouble.back().front().toString(), QString());
        QVERIFY(!gallery.keep(madePicture("lost?", 1)).isEmpty());
        QCOMPARE(trouble.count(), 2);
    }

    void noPermission() {
        if (::geteuid() == 0)
            QSKIP("for the administrator there is no such folder");
        OpenGallery gallery;
        fill(gallery);
        ::chmod(gallery.folder().toLocal8Bit(), 0500);
        QCOMPARE(gallery.keep(madePicture("no", 1)), QString());
        QCOMPARE(gallery.names().size(), 4);
        ::chmod(gallery.folder().toLocal8Bit(), 0700);
        QVERIFY(!gallery.keep(madePicture("no", 1)).isEmpty());
    }

    void aFullDiskLeavesNothingHalf() {
        OpenGallery gallery;
        QSignalSpy failed(&*gallery, &Gallery::keepFailed);
        gallery->keep([]() -> NewPicture { throw std::bad_alloc(); });
        QVERIFY(failed.wait());
        QVERIFY(failed.front().at(1).toString().contains("memory"));
        NewPicture empty = madePicture("nothing", 1);
        empty.image = {};
        QCOMPARE(gallery.keep(empty), QString());
        QCOMPARE(filesBelow(gallery.folder()), QStringList());
    }

    void droppedInPictures() {
        OpenGallery gallery;
        fill(gallery);
        const QTemporaryDir outside;
        const NewPicture picture = madePicture("dropped", 9);
        keepPicture(outside.path(), picture, kMostRunFileBytes);
        const QString file = outside.filePath("dropped-9.png");
        writeFile(outside.filePath("no.png").toStdString(), "nonsense");
        QSignalSpy brought(&*gallery, &Gallery::broughtIn);
        gallery->bringIn(
            {file, file, outside.filePath("no.png"), gallery->filePath(gallery.names().front())});
        QVERIFY(brought.wait());
        QCOMPARE(brought.front().at(0).toInt(), 2);
        QCOMPARE(brought.front().at(1).toInt(), 1);
        QVERIFY(brought.front().at(2).toStringList().join("").contains("no.png"));
        QStringList names = gallery.names({.words = "dropped"});
        names.sort();
        QCOMPARE(names, QStringList({"dropped-9-2.png", "dropped-9.png"}));
        QCOMPARE(gallery.names().size(), 6);
        QVERIFY(gallery.find({.words = "dropped"}).front().hasRun);
    }

    void nothingIsBroughtIntoAFolderThatIsGone() {
        OpenGallery gallery;
        const QTemporaryDir here;
        const QString usual = QDir::currentPath();
        const NewPicture picture = madePicture("dropped", 9);
        keepPicture(here.path(), picture, kMostRunFileBytes);
        QVERIFY(QDir().rename(gallery.folder(), gallery.folder() + "-away"));
        QVERIFY(QDir::setCurrent(here.path())); // which an empty path stands for
        QSignalSpy brought(&*gallery, &Gallery::broughtIn);
        gallery->bringIn({here.filePath("dropped-9.png")});
        const bool told = brought.wait();
        QVERIFY(QDir::setCurrent(usual));
        QVERIFY(told);
        QCOMPARE(brought.front().at(0).toInt() + brought.front().at(1).toInt(), 0);
        QCOMPARE(brought.front().at(2).toStringList().size(), 1);
    }

    void thumbnails() {
        OpenGallery gallery;
        gallery.keep(madePicture("large", 1, 600));
        gallery.keep(madePicture("small", 2, 100));
        QSignalSpy ready(&*gallery, &Gallery::thumbnailReady);
        const QVector<Entry> entries = gallery.find({.sort = Sort::Prompt});
        for (int round = 0; round < 2; ++round) { // made, and out of the index
            gallery->wantThumbnails({entries[0].id, entries[1].id});
            QTRY_COMPARE(ready.count(), 2 * (round + 1));
            QCOMPARE(ready.at(2 * round).front().toLongLong(), entries[1].id); // the last first
            QCOMPARE(ready.at(2 * round).at(2).value<QImage>().size(), QSize(100, 100));
            QCOMPARE(ready.at(2 * round + 1).at(2).value<QImage>().size(), QSize(256, 256));
        }
        gallery->wantThumbnails({123456});
        QTRY_COMPARE(ready.count(), 5);
        QVERIFY(ready.back().at(2).value<QImage>().isNull());
    }

    void whatWouldGoFirst() {
        OpenGallery gallery;
        const QStringList names = fill(gallery); // the first is the oldest
        gallery->changeMarks({names[0]}, {.stars = 1});
        gallery->changeMarks({names[1]}, {.addTags = {"mine"}});
        QSignalSpy found(&*gallery, &Gallery::found);
        const quint64 ticket = gallery->findLeastMissed(1);
        QTRY_VERIFY(!found.isEmpty());
        QCOMPARE(found.back().front().toULongLong(), ticket);
        const auto first = found.back().at(1).value<QVector<Entry>>();
        QCOMPARE(first.size(), 1);
        QCOMPARE(first[0].path, names[2]);
    }

    void workIsFinishedAtTheEnd() {
        OpenGallery gallery;
        for (quint64 n = 0; n < 40; ++n)
            gallery->keep([n] { return madePicture("many", n, 128); });
        gallery.close();
        QCOMPARE(filesBelow(gallery.folder()).filter(".png").size(), 40);
        QCOMPARE(filesBelow(gallery.folder()).filter(".part").size(), 0);
    }
};

QTEST_GUILESS_MAIN(TestGallery)
#include "tst_gallery.moc"
