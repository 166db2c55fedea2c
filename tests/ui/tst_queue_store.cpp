#include "ui/shell/queue_store.h"

#include "scalekv/error.h"
#include "ui/shell/queue_records.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace scalekv;
using ui::PictureSheet;
using ui::PictureWork;
using ui::QueuedWork;
using ui::SheetCell;
using ui::SheetList;
using ui::WorkList;
using ui::WorkState;

/// What is queued is there at the next start, however this one ended.
class TestQueueStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }
    void everythingComesBack();
    void comparisonsComeBack();
    void calibrationsComeBack();
    void modelsOfOlderStoresAreRead();
    void runsInMemoryDoNot();
    void changesAreKept();
    void whatEndsTheProgramIsHeld();
    void picturesStayUntilTheyAreWritten();
    void sheetsComeBack();
    void eachWindowHasItsOwn();
    void damagedFilesAreSetAside_data();
    void damagedFilesAreSetAside();
    void foreignRowsAreLeftOut();
    void pauseIsKept();
    void othersAreKnown();
    void orderlyEndsDoNotCount();
    void tenThousandAreQuick();
    void unwritableFolderIsTold();

private:
    /// A window's queue.
    struct Window {
        explicit Window(const QString& folder) : store(folder) { store.follow(works, sheets); }
        WorkList works;
        SheetList sheets;
        ui::QueueStore store;
    };
    QString path() const { return folder_->path(); }
    QString file(int number = 1) const {
        return folder_->filePath(QStringLiteral("queue-%1.sqlite").arg(number));
    }
    static QueuedWork picture(const char* prompt, std::uint64_t seed = 1) {
        GenerationRequest request;
        request.prompts = {prompt};
        request.seed = seed;
        request.cfg = {3, 2.5};
        request.policy.name = "snapkv";
        request.policy.budget.fraction = 0.123;
        QueuedWork work{.work = PictureWork{request}};
        work.model = {.name = "Demo", .transformer = "sha1:1", .textEncoder = "sha1:2", .vae = "sha1:3"};
        work.modelPath = QStringLiteral("/a model");
        return work;
    }
    static QStringList titles(const WorkList& list) {
        QStringList texts;
        for (const QueuedWork& work : list.all())
            texts += ui::workTitle(work);
        return texts;
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

void TestQueueStore::everythingComesBack() {
    QueuedWork held = picture("c");
    held.state = WorkState::Held;
    held.problem = QStringLiteral("no room");
    held.anyway = true;
    {
        Window window(path());
        window.works.insert(0, {picture("a", ~std::uint64_t(0)), picture("b"), held});
        window.works.end(window.works.all()[1].id, WorkState::Failed, QStringLiteral("why"));
    }
    Window window(path());
    QVERIFY2(window.store.problem().isEmpty(), qPrintable(window.store.problem()));
    QCOMPARE(titles(window.works), QStringList({"a", "c", "b"}));
    const QueuedWork& first = window.works.all()[0];
    QCOMPARE(*first.request(), *picture("a", ~std::uint64_t(0)).request());
    QVERIFY(first.model == picture("a").model);
    QCOMPARE(first.modelPath, QString("/a model"));
    QCOMPARE(window.works.all()[1].state, WorkState::Held);
    QCOMPARE(window.works.all()[1].problem, QString("no room"));
    QVERIFY(window.works.all()[1].anyway);
    QCOMPARE(window.works.all()[2].state, WorkState::Failed);
    QCOMPARE(window.works.all()[2].problem, QString("why"));
}

void TestQueueStore::comparisonsComeBack() {
    ui::CompareJob job{.folder = QStringLiteral("/results"), .settings = {}, .start = ResultsStart::Anew};
    job.settings.request.prompts = {"a", "b"};
    job.settings.seeds = {1, 2};
    job.settings.choices.resize(1);
    job.settings.choices[0].name = "scalekv";
    {
        Window window(path());
        window.works.insert(0, {QueuedWork{.work = job}});
    }
    {
        Window window(path());
        const auto& back = std::get<ui::CompareJob>(window.works.all().constFirst().work);
        QCOMPARE(back.folder, job.folder);
        QVERIFY(back.settings == job.settings);
        QCOMPARE(back.start, ResultsStart::Anew);
        window.works.update(1, [](QueuedWork& work) { work.state = WorkState::Running; });
    }
    Window window(path()); // it had begun: going on must not throw away what it made
    QCOMPARE(std::get<ui::CompareJob>(window.works.all().constFirst().work).start, ResultsStart::Continue);
}

void TestQueueStore::runsInMemoryDoNot() {
    QueuedWork column = picture("of a comparison");
    column.remembered = false;
    {
        Window window(path());
        window.works.insert(0, {QueuedWork{.work = ui::MeasureJob{}}, column, picture("a")});
    }
    QCOMPARE(titles(Window(path()).works), QStringList({"a"}));
}

void TestQueueStore::changesAreKept() {
    {
        Window window(path());
        window.works.insert(0, {picture("a"), picture("b"), picture("c"), picture("d")});
        const QVector<int> ids = window.works.order();
        window.works.take({ids[1]});
        window.works.insert(1, {picture("new")});
        window.works.setOrder({ids[3], ids[0]});
        window.works.update(ids[2],
                            [](QueuedWork& work) { work.work = PictureWork{*picture("other").request()}; });
    }
    QCOMPARE(titles(Window(path()).works), QStringList({"d", "a", "new", "other"}));
}

void TestQueueStore::whatEndsTheProgramIsHeld() {
    const auto begin = [this] {
        Window window(path());
        if (window.works.isEmpty())
            window.works.insert(0, {picture("a")});
        if (window.works.all().constFirst().state == WorkState::Waiting)
            window.works.update(window.works.all().constFirst().id,
                                [](QueuedWork& work) { work.state = WorkState::Running; });
        return window.works.all().constFirst();
    };
    QCOMPARE(begin().state, WorkState::Running);
    QCOMPARE(begin().state, WorkState::Running); // the machine may have gone off
    const QueuedWork work = begin();
    QCOMPARE(work.state, WorkState::Held);
    QCOMPARE(work.problem, QString("The program ended 2 times while this was done."));
}

void TestQueueStore::picturesStayUntilTheyAreWritten() {
    const auto result = std::make_shared<const ui::GenerationResult>();
    // Made, and taken out of the list; then the program ends somehow.
    const auto make = [&](const std::function<void(ui::QueueStore&)>& then) {
        Window window(path());
        const int id = window.works.insert(window.works.pending(), {picture("a")}).constFirst();
        window.store.isBeingWritten(id, result);
        window.works.take({id});
        const QString copied = folder_->filePath("killed");
        QDir().mkpath(copied);
        for (const char* end : {"", "-wal"})
            QFile::copy(file() + end, copied + "/queue-1.sqlite" + end);
        then(window.store);
    };
    const auto left = [this] { return titles(Window(path()).works); };
    make([](ui::QueueStore&) {});
    QCOMPARE(titles(Window(folder_->filePath("killed")).works), QStringList({"a"}));
    QCOMPARE(left(), QStringList()); // it ended well, and so the picture was written
    make([&](ui::QueueStore& store) { store.isWritten(result); });
    QCOMPARE(left(), QStringList());
    make([](ui::QueueStore& store) { store.leave(); });
    QCOMPARE(left(), QStringList());
    make([&](ui::QueueStore& store) {
        store.isNotWritten(result);
        store.isWritten(result); // at the second try
    });
    QCOMPARE(left(), QStringList());
    make([&](ui::QueueStore& store) {
        store.isNotWritten(result);
        store.leave();
    });
    QCOMPARE(left(), QStringList({"a"}));
}

void TestQueueStore::sheetsComeBack() {
    PictureSheet sheet;
    sheet.title = QStringLiteral("cats");
    sheet.columnAxis = QStringLiteral("Seed");
    sheet.columns = QStringList{"1", "2"};
    sheet.rows = QStringList{"a"};
    sheet.requests = {*picture("a", 1).request(), *picture("a", 2).request()};
    {
        Window window(path());
        window.sheets.add(sheet);
        const int gone = window.sheets.add(sheet);
        window.sheets.take(gone);
        window.sheets.setFile(1, 1, QStringLiteral("/pictures/two.png"));
        QueuedWork work = picture("a");
        work.cell = SheetCell{1, 0};
        window.works.insert(0, {work});
    }
    Window window(path());
    QCOMPARE(window.sheets.all().size(), 1);
    const PictureSheet& back = window.sheets.all().constFirst();
    QCOMPARE(back.title, sheet.title);
    QCOMPARE(back.columns, sheet.columns);
    QVERIFY(back.requests == sheet.requests);
    QCOMPARE(back.files, QStringList({QString(), "/pictures/two.png"}));
    QCOMPARE(back.made(), 1);
    QCOMPARE(window.works.all().constFirst().cell->sheet, back.id);
}

void TestQueueStore::eachWindowHasItsOwn() {
    {
        Window first(path());
        first.works.insert(0, {picture("first")});
        Window second(path());
        QVERIFY(second.works.isEmpty()); // the first is at it
        second.works.insert(0, {picture("second")});
        QVERIFY(QFile::exists(file(2)));
    }
    // Both are gone: who comes next goes on with all of it.
    Window next(path());
    QCOMPARE(titles(next.works), QStringList({"first", "second"}));
    QVERIFY(!QFile::exists(file(2)));
}

void TestQueueStore::damagedFilesAreSetAside_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("text") << QByteArray("not a database at all");
    QTest::newRow("empty") << QByteArray();
    QByteArray noise(50000, 'x');
    QRandomGenerator random(1);
    for (char& byte : noise)
        byte = char(random.generate());
    QTest::newRow("noise") << noise;
    QTest::newRow("header and noise") << QByteArray("SQLite format 3\0", 16) + noise;
}

void TestQueueStore::damagedFilesAreSetAside() {
    QFETCH(QByteArray, bytes);
    QFile broken(file());
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write(bytes);
    broken.close();
    {
        Window window(path());
        QVERIFY2(window.store.problem().isEmpty(), qPrintable(window.store.problem()));
        QVERIFY(window.works.isEmpty());
        window.works.insert(0, {picture("a")});
    }
    QCOMPARE(titles(Window(path()).works), QStringList({"a"}));
    // And bit by bit: whatever is hit, what can be read is sound.
    QFile good(file());
    QVERIFY(good.open(QIODevice::ReadOnly));
    const QByteArray whole = good.readAll();
    good.close();
    QRandomGenerator random(2);
    for (int round = 0; round < 40; ++round) {
        QByteArray hit = whole;
        for (int i = 0; i < 20; ++i)
            hit[random.bounded(int(hit.size()))] = char(random.generate());
        QFile::remove(file() + "-wal");
        QVERIFY(good.open(QIODevice::WriteOnly));
        good.write(hit);
        good.close();
        Window window(path());
        for (const QueuedWork& work : window.works.all())
            QVERIFY(work.request() && work.request()->prompts.size() == 1);
    }
}

void TestQueueStore::calibrationsComeBack() {
    ui::CalibrateJob job{.file = QStringLiteral("/calibration.json"), .settings = {}};
    job.settings.request.prompts = {"a", "b"};
    job.settings.request.size = "0.06M";
    job.settings.topShare = 0.2;
    job.settings.queries = 7;
    job.settings.drafterShare = 0.3;
    job.settings.precision = "fp32";
    {
        Window window(path());
        window.works.insert(0, {QueuedWork{.work = job}});
    }
    Window window(path());
    const auto& back = std::get<ui::CalibrateJob>(window.works.all().constFirst().work);
    QCOMPARE(back.file, job.file);
    QCOMPARE(firstDifference(back.settings, job.settings), std::string());
    QCOMPARE(back.settings.precision, job.settings.precision);
}

void TestQueueStore::modelsOfOlderStoresAreRead() {
    const ModelIdentity model{
        .name = "M", .transformer = "sha1:1", .textEncoder = "sha1:2+3", .vae = "sha1:4"};
    QVERIFY(ui::storedModel(QString::fromStdString(toJson(model))) == model);
    QVERIFY(ui::storedModel(R"(["M","sha1:1","sha1:2+3","sha1:4"])") == model);
    QVERIFY_THROWS_EXCEPTION(Error, ui::storedModel("no JSON"));
}

void TestQueueStore::foreignRowsAreLeftOut() {
    {
        Window window(path());
        window.works.insert(0, {picture("a"), picture("b")});
        QueuedWork odd = picture("");
        std::get<PictureWork>(odd.work).request.prompts.clear();
        window.works.insert(1, {odd});
    }
    Window window(path());
    QCOMPARE(titles(window.works), QStringList({"a", "b"}));
    QCOMPARE(window.store.unread(), 1);
    QVERIFY(window.store.problem().isEmpty());
}

void TestQueueStore::pauseIsKept() {
    {
        Window window(path());
        QVERIFY(!window.store.wasPaused());
        window.store.keepPaused(true);
    }
    Window window(path());
    QVERIFY(window.store.wasPaused());
}

void TestQueueStore::othersAreKnown() {
    auto first = std::make_unique<Window>(path());
    QVERIFY(!first->store.isSecond());
    const Window second(path());
    QVERIFY(second.store.isSecond());
    first.reset();
    const Window third(path()); // has the first one's file, and is not alone
    QVERIFY(third.store.isSecond());
}

/// Whoever stops a long run and quits three times wants it to go on.
void TestQueueStore::orderlyEndsDoNotCount() {
    for (int start = 0; start < 4; ++start) {
        Window window(path());
        if (start == 0)
            window.works.insert(0, {picture("a")});
        QCOMPARE(window.works.all().constFirst().state, WorkState::Waiting);
        window.works.update(1, [](QueuedWork& work) { work.state = WorkState::Running; });
        window.store.leave();
    }
}

/// Not timed: with a loop over the list for every entry, the test would not end.
void TestQueueStore::tenThousandAreQuick() {
    constexpr int kMany = 10000;
    {
        Window window(path());
        window.works.insert(0, QVector<QueuedWork>(kMany, picture("a")));
        QVector<int> backwards = window.works.order();
        std::reverse(backwards.begin(), backwards.end());
        window.works.setOrder(backwards);
        window.works.update(backwards.mid(0, 100), [](QueuedWork& work) { work.state = WorkState::Held; });
    }
    Window window(path());
    QCOMPARE(window.works.rowCount(), kMany);
    QCOMPARE(window.works.count(WorkState::Held), 100);
    QCOMPARE(window.works.take(window.works.order()).size(), kMany);
    QVERIFY(window.works.isEmpty());
}

void TestQueueStore::unwritableFolderIsTold() {
    QFile notAFolder(folder_->filePath("file"));
    QVERIFY(notAFolder.open(QIODevice::WriteOnly));
    ui::QueueStore store(folder_->filePath("file/queue"));
    QVERIFY2(store.problem().contains("not kept for the next start"), qPrintable(store.problem()));
    WorkList works;
    SheetList sheets;
    store.follow(works, sheets);
    works.insert(0, {picture("a")}); // goes on without
    QCOMPARE(works.rowCount(), 1);
}

QTEST_GUILESS_MAIN(TestQueueStore)
#include "tst_queue_store.moc"
