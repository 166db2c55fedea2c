#include "scalekv/png.h"
#include "scalekv/recipe.h"
#include "tests/cli/one_node_slurm.h"
#include "tests/cli/program.h"
#include "tests/mutate.h"
#include "tests/small_model.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <optional>

using namespace scalekv;
using test::Outcome;

namespace {

constexpr int kPictures = 12;
constexpr int kPatience = 300000; // ms; only a hang reaches it

using Processes = std::vector<std::unique_ptr<QProcess>>;

} // namespace

class TestCliSample : public QObject {
    Q_OBJECT

private:
    QTemporaryDir model_;                   ///< the demo's first layer
    std::unique_ptr<QTemporaryDir> folder_; ///< of one test
    QMap<QString, QByteArray> expected_;    ///< name → the picture that one process makes
    std::unique_ptr<QTemporaryDir> whole_;  ///< in "one": all that it leaves

    QString path(const QString& name) const { return folder_->filePath(name); }
    QStringList sample(const QString& output, const QStringList& more = {}) const {
        return QStringList{QStringLiteral("sample"),       QStringLiteral("captions.txt"),
                           QStringLiteral("-o"),           output,
                           QStringLiteral("--size=0.06M"), QStringLiteral("--precision=fp32"),
                           QStringLiteral("--model"),      model_.path()} +
               more;
    }
    Outcome run(const QStringList& arguments) const { return test::runScalekv(folder_->path(), arguments); }
    std::unique_ptr<QProcess>
    start(const QString& program, const QStringList& arguments,
          const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment()) const {
        auto process = std::make_unique<QProcess>();
        process->setProcessEnvironment(environment);
        process->setWorkingDirectory(folder_->path());
        process->setProcessChannelMode(QProcess::MergedChannels);
        process->start(program, arguments);
        return process;
    }
    /// `ranks` shards of one set, at once.
    Processes startAll(const QString& output, int ranks, const QStringList& more = {}) const {
        Processes processes;
        for (int rank = 1; rank <= ranks; ++rank)
            processes.push_back(start(
                test::scalekvProgram(),
                sample(output, QStringList{QStringLiteral("--shard=%1/%2").arg(rank).arg(ranks)} + more)));
        return processes;
    }
    static QByteArray versionOf(const QString& program) {
        QProcess process;
        process.start(program, {QStringLiteral("--version")});
        process.waitForFinished(kPatience);
        return process.readAll();
    }
    static QMap<QString, QByteArray> picturesIn(const QString& folder) {
        QMap<QString, QByteArray> pictures;
        for (const QString& name : QDir(folder).entryList({QStringLiteral("*.png")}, QDir::Files))
            pictures[name] =
                QByteArray::fromStdString(test::readBytes(QDir(folder).filePath(name).toStdString()));
        return pictures;
    }
    /// How often the ranks' logs say that each picture was written.
    QMap<QString, int> written(const QString& output) const {
        QMap<QString, int> times;
        const QDir logs(path(output + QStringLiteral("/ranks")));
        for (const QString& log : logs.entryList({QStringLiteral("rank-*.log")}))
            for (const QString& line :
                 QString::fromStdString(test::readBytes(logs.filePath(log).toStdString()))
                     .split(QLatin1Char('\n')))
                if (const qsizetype end = line.indexOf(QStringLiteral(".png  ")); end >= 4)
                    ++times[line.mid(end - 4, 8)];
        return times;
    }
    /// All that one process makes, each drawn once, and beside it what belongs there.
    void checkWhole(const QString& output) const {
        const auto pictures = picturesIn(path(output));
        QCOMPARE(pictures.keys(), expected_.keys());
        for (const QString& name : pictures.keys())
            QVERIFY2(pictures[name] == expected_[name], qPrintable(name));
        const QMap<QString, int> times = written(output);
        QCOMPARE(times.keys(), expected_.keys());
        for (const QString& name : times.keys())
            QVERIFY2(times[name] == 1, qPrintable(name));
        QCOMPARE(QDir(path(output)).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).size(),
                 kPictures + 2);
        QVERIFY(QDir(path(output + QStringLiteral("/ranks/claims"))).isEmpty());
    }
    void copyWhole(const QString& output) const {
        std::filesystem::copy(whole_->filePath(QStringLiteral("one")).toStdString(),
                              path(output).toStdString(), std::filesystem::copy_options::recursive);
    }
    static void checkEnded(QProcess& process) {
        QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, kPatience);
        QVERIFY2(process.exitCode() == 0, process.readAll().constData());
    }
    void writeCaptions() const {
        std::string captions;
        for (int i = 0; i < kPictures; ++i)
            captions += i % 2 == 0 ? "a fox on a green background\n" : "an owl on a blue background\n";
        test::writeBytes(path(QStringLiteral("captions.txt")).toStdString(), captions);
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(test::makeSmallModel(model_.path(), 1));
        init();
        const Outcome outcome = run(sample(QStringLiteral("one")));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(outcome.out, QByteArray("12 of 12 pictures are in one.\n"));
        expected_ = picturesIn(path(QStringLiteral("one")));
        QCOMPARE(expected_.size(), kPictures);
        checkWhole(QStringLiteral("one"));
        whole_ = std::move(folder_);
    }
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        writeCaptions();
    }

    /// Picture i is what `generate` makes of caption i with the seed i, and carries that recipe.
    void everyPictureIsAPictureByItself() {
        QCOMPARE(run(sample(QStringLiteral("s"),
                            {QStringLiteral("--limit=3"), QStringLiteral("--seed=40"),
                             QStringLiteral("--policy=snapkv"), QStringLiteral("--budget=20%")}))
                     .exitCode,
                 0);
        const auto third = readPng(path(QStringLiteral("s/0002.png")).toStdString());
        const Recipe recipe = recipeOf(third.text).value();
        QCOMPARE(recipe.request.seed, std::uint64_t(42));
        QCOMPARE(recipe.request.prompts, std::vector<std::string>{"a fox on a green background"});
        QCOMPARE(recipe.request.policy.text(), std::string("snapkv 20 %"));
        QCOMPARE(
            run({QStringLiteral("generate"), QStringLiteral("--recipe=s/0002.png"), QStringLiteral("--model"),
                 model_.path(), QStringLiteral("-o"), QStringLiteral("again.png")})
                .exitCode,
            0);
        QVERIFY(readPng(path(QStringLiteral("again.png")).toStdString()).image.pixels == third.image.pixels);
    }

    void theManifestSaysWhatBelongsTogether() {
        QCOMPARE(
            run(sample(QStringLiteral("s"), {QStringLiteral("--limit=2"), QStringLiteral("-q")})).exitCode,
            0);
        const QJsonObject manifest =
            QJsonDocument::fromJson(QByteArray::fromStdString(test::readBytes(
                                        path(QStringLiteral("s/manifest.json")).toStdString())))
                .object();
        QCOMPARE(manifest["pictures"].toArray().size(), 2);
        QCOMPARE(manifest["pictures"][1]["file"].toString(), QStringLiteral("0001.png"));
        QCOMPARE(manifest["pictures"][1]["prompt"].toString(), QStringLiteral("an owl on a blue background"));
        QCOMPARE(manifest["pictures"][1]["seed"].toInt(), 1);
        QCOMPARE(manifest["settings"]["size"].toString(), QStringLiteral("0.06M"));
    }

    void thePaperSettingsAreOneWord() {
        const Outcome outcome =
            run({QStringLiteral("sample"), QStringLiteral("captions.txt"), QStringLiteral("-q"),
                 QStringLiteral("--preset=paper"), QStringLiteral("--tau=0.5"), QStringLiteral("--limit=1"),
                 QStringLiteral("--model"), model_.path()});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const Recipe recipe = recipeOfPicture(path(QStringLiteral("samples/0000.png")).toStdString());
        QCOMPARE(recipe.request.size, std::string("1M"));
        QCOMPARE(recipe.request.cfg, std::vector<double>{3});
        QCOMPARE(recipe.request.tau, std::vector<double>{0.5});
        QCOMPARE(recipe.request.topK, 900);
        QCOMPARE(recipe.request.topP, 0.97);
        QCOMPARE(recipe.request.aspectRatio, 1.0);
        QCOMPARE(recipe.request.guidanceLayers, std::vector<int>{0});
    }

    void otherSettingsAreRefused_data() {
        QTest::addColumn<QStringList>("other");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const QStringList& other, const char* says) {
            QTest::newRow(says) << other << QByteArray(says);
        };
        row({QStringLiteral("--cfg=2")}, "settings cfg is 3.0, not 2.0");
        row({QStringLiteral("--policy=snapkv")}, "settings policy");
        row({QStringLiteral("--seed=1")}, "first seed is 0, not 1");
        row({QStringLiteral("--batch=2")}, "batch is 1, not 2");
        row({QStringLiteral("--limit=3")}, "there are 12 pictures, not 3");
    }
    void otherSettingsAreRefused() {
        QFETCH(QStringList, other);
        QFETCH(QByteArray, says);
        copyWhole(QStringLiteral("s"));
        const Outcome outcome = run(sample(QStringLiteral("s"), other));
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains(says) && outcome.err.contains("take another folder"),
                 outcome.err.constData());
        checkWhole(QStringLiteral("s"));
    }

    void picturesOfAnotherKindAreNotMixed() {
        QVERIFY(QDir(folder_->path()).mkdir(QStringLiteral("s")));
        test::writeBytes(path(QStringLiteral("s/0003.png")).toStdString(), "x");
        const Outcome outcome = run(sample(QStringLiteral("s")));
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("holds pictures already"), outcome.err.constData());
        QCOMPARE(test::readBytes(path(QStringLiteral("s/0003.png")).toStdString()), std::string("x"));
    }

    void halfAFileIsNoPicture() {
        copyWhole(QStringLiteral("one"));
        const QByteArray whole = expected_[QStringLiteral("0005.png")];
        test::writeBytes(path(QStringLiteral("one/0005.png")).toStdString(),
                         whole.left(whole.size() / 2).toStdString());
        QVERIFY(QFile::remove(path(QStringLiteral("one/0011.png"))));
        QVERIFY(QFile::remove(path(QStringLiteral("one/ranks/rank-0.log"))));
        QCOMPARE(run(sample(QStringLiteral("one"))).exitCode, 0);
        QCOMPARE(written(QStringLiteral("one")).keys(), (QStringList{"0005.png", "0011.png"}));
        QVERIFY(picturesIn(path(QStringLiteral("one"))) == expected_);
    }

    void aFixedSliceIsAllThatIsDrawn() {
        const Outcome outcome = run(
            sample(QStringLiteral("s"), {QStringLiteral("--shard=2/3"), QStringLiteral("--fixed-slices")}));
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(picturesIn(path(QStringLiteral("s"))).keys(),
                 (QStringList{"0004.png", "0005.png", "0006.png", "0007.png"}));
        // Any other number of processes goes on, and draws the rest.
        QCOMPARE(run(sample(QStringLiteral("s"), {QStringLiteral("--shard=1/2")})).exitCode, 0);
        checkWhole(QStringLiteral("s"));
    }

    void batchesAreTheSamePicturesButForRounding() {
        QCOMPARE(
            run(sample(QStringLiteral("s"), {QStringLiteral("--batch=5"), QStringLiteral("-q")})).exitCode,
            0);
        const auto pictures = picturesIn(path(QStringLiteral("s")));
        QCOMPARE(pictures.keys(), expected_.keys());
        int near = 0;
        for (const QString& name : pictures.keys()) {
            const auto together = readPng(path(QStringLiteral("s/") + name).toStdString());
            const Recipe recipe = recipeOf(together.text).value();
            QCOMPARE(recipe.request.seed, std::uint64_t(name.left(4).toInt()));
            test::writeBytes(path(QStringLiteral("alone.png")).toStdString(), expected_[name].toStdString());
            const auto alone = readPng(path(QStringLiteral("alone.png")).toStdString());
            double squares = 0;
            for (std::size_t i = 0; i < alone.image.pixels.size(); ++i)
                squares += std::pow(double(alone.image.pixels[i]) - double(together.image.pixels[i]), 2);
            near += squares / double(alone.image.pixels.size()) < 4 ? 1 : 0; // 42 dB
        }
        QVERIFY2(near >= kPictures - 2,
                 qPrintable(QString::number(near))); // a bit on the edge may fall the other way
        // As memory allows, also for two at once, one of which comes second. Later it means what the folder's
        // manifest says, once there is one.
        QCOMPARE(
            run(sample(QStringLiteral("s"), {QStringLiteral("--batch=auto"), QStringLiteral("-q")})).exitCode,
            0);
        for (const auto& process : startAll(QStringLiteral("t"), 2, {QStringLiteral("--batch=auto")}))
            checkEnded(*process);
        QCOMPARE(picturesIn(path(QStringLiteral("t"))).keys(), expected_.keys());
    }

    void twoRunsIntoOneFolder() {
        const Processes both = [&] {
            Processes processes;
            for (int n = 0; n < 2; ++n)
                processes.push_back(start(test::scalekvProgram(), sample(QStringLiteral("s"))));
            return processes;
        }();
        for (const auto& process : both)
            checkEnded(*process);
        checkWhole(QStringLiteral("s"));
    }

    /// Any of them, at any moment, again and again.
    void killedAndContinued() {
        QRandomGenerator random(20261127);
        const QString output = QStringLiteral("s");
        qsizetype before = 0;
        for (int round = 0; round < 3; ++round) {
            // All three at work, somewhere in a picture or writing one.
            const Processes processes = startAll(output, 3);
            QTRY_VERIFY_WITH_TIMEOUT(picturesIn(path(output)).size() > before, kPatience);
            for (const auto& process : processes) {
                QTest::qWait(random.bounded(0, 150));
                process->kill();
            }
            for (const auto& process : processes)
                QTRY_COMPARE_WITH_TIMEOUT(process->state(), QProcess::NotRunning, kPatience);
            const auto pictures = picturesIn(path(output));
            for (const QByteArray& bytes : pictures)
                QVERIFY(bytes.endsWith(QByteArray("IEND\xae\x42\x60\x82", 8)));
            before = pictures.size();
            if (before == kPictures)
                break;
        }
        for (const auto& process : startAll(output, 2))
            checkEnded(*process);
        QVERIFY(picturesIn(path(output)) == expected_);
        // One that was killed between writing a picture and its log's line said nothing; nobody said it
        // twice.
        for (const int times : written(output))
            QCOMPARE(times, 1);
    }

    void stopStops() {
        const auto process = start(test::scalekvProgram(), sample(QStringLiteral("s")));
        QTRY_VERIFY_WITH_TIMEOUT(picturesIn(path(QStringLiteral("s"))).size() >= 2, kPatience);
        QCOMPARE(::kill(pid_t(process->processId()), SIGINT), 0);
        QVERIFY(process->waitForFinished(kPatience));
        QCOMPARE(process->exitStatus(), QProcess::NormalExit);
        QCOMPARE(process->exitCode(), 130);
        QVERIFY(process->readAll().contains("the same command goes on from there"));
        QCOMPARE(QDir(path(QStringLiteral("s/ranks/claims"))).entryList(QDir::Files).size(), 0);
        QCOMPARE(run(sample(QStringLiteral("s"))).exitCode, 0);
        checkWhole(QStringLiteral("s"));
    }

    void aFullDiskEndsInASentence() {
        // Files of more than 10 KiB cannot be written: the manifest can, a picture cannot.
        const auto process =
            start(QStringLiteral("sh"),
                  QStringList{QStringLiteral("-c"),
                              QStringLiteral("trap '' XFSZ; ulimit -f 20; exec \"$0\" \"$@\""),
                              test::scalekvProgram()} +
                      sample(QStringLiteral("s")));
        QVERIFY(process->waitForFinished(kPatience));
        const QByteArray said = process->readAll();
        QCOMPARE(process->exitCode(), 1);
        QVERIFY2(said.contains("Cannot write s/0000.png: the file would be larger than is allowed."),
                 said.constData());
        QCOMPARE(QDir(path(QStringLiteral("s"))).entryList(QDir::Files | QDir::Hidden),
                 QStringList{"manifest.json"});
        QCOMPARE(run(sample(QStringLiteral("s"))).exitCode, 0);
        checkWhole(QStringLiteral("s"));
    }

    void launchersSayWhoIsWho_data() {
        QTest::addColumn<QString>("launcher");
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("mpirun") << QStringLiteral("mpirun")
                                << QStringList{"--allow-run-as-root", "--oversubscribe", "-n", "4"}
                                << QByteArray("Open MPI");
        QTest::newRow("torchrun") << QStringLiteral("torchrun")
                                  << QStringList{"--no-python", "--nproc-per-node", "4"}
                                  << QByteArray("torchrun");
        QTest::newRow("srun") << QStringLiteral("srun") << QStringList{"-n", "4", "--overcommit"}
                              << QByteArray("Slurm");
    }
    void launchersSayWhoIsWho() {
        QFETCH(QString, launcher);
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, name);
        if (QStandardPaths::findExecutable(launcher).isEmpty())
            QSKIP(
                qPrintable(launcher + QStringLiteral(" is not installed, so nothing was started with it.")));
        std::optional<test::OneNodeSlurm> slurm;
        if (name == "Open MPI" && !versionOf(launcher).contains("Open MPI"))
            QSKIP("mpirun is not Open MPI's here.");
        if (name == "Slurm" && !slurm.emplace().problem().isEmpty())
            QSKIP(qPrintable(slurm->problem()));
        const QProcessEnvironment environment =
            slurm ? slurm->environment() : QProcessEnvironment::systemEnvironment();
        const auto nothing = start(launcher, arguments + QStringList{QStringLiteral("true")}, environment);
        QTRY_COMPARE_WITH_TIMEOUT(nothing->state(), QProcess::NotRunning, kPatience);
        if (nothing->exitCode() != 0)
            QSKIP(qPrintable(launcher + QStringLiteral(" does not run here: ") +
                             QString::fromUtf8(nothing->readAll().right(300))));
        const auto process =
            start(launcher, arguments + QStringList{test::scalekvProgram()} + sample(QStringLiteral("s")),
                  environment);
        QVERIFY(process->waitForFinished(kPatience));
        const QByteArray said = process->readAll();
        QVERIFY2(process->exitCode() == 0, said.constData());
        QCOMPARE(said.count("12 of 12 pictures are in s"), 1); // the first rank speaks for all
        checkWhole(QStringLiteral("s"));
        for (int rank = 0; rank < 4; ++rank)
            QVERIFY(test::readBytes(path(QStringLiteral("s/ranks/rank-%1.log").arg(rank)).toStdString())
                        .find("rank " + std::to_string(rank) + " of 4 (" + name.toStdString() + ")") !=
                    std::string::npos);
    }

    void wrongUse_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, const QStringList& arguments, const char* names) {
            QTest::newRow(name) << arguments << QString::fromLatin1(names);
        };
        row("no captions", {}, "captions");
        row("shard beyond", {"captions.txt", "--shard=9/8"}, "--shard");
        row("shard from nought", {"captions.txt", "--shard=0/8"}, "third of eight");
        row("shard is a word", {"captions.txt", "--shard=first"}, "--shard");
        row("no batch", {"captions.txt", "--batch=0"}, "--batch");
        row("batch is a word", {"captions.txt", "--batch=big"}, "auto");
        row("unknown preset", {"captions.txt", "--preset=best"}, "--preset");
        row("no pictures", {"captions.txt", "--limit=0"}, "--limit");
        row("no threads", {"captions.txt", "--threads=0"}, "--threads");
        row("standard input for two", {"-", "--shard=1/2"}, "reaches one process only");
        row("budget without a policy", {"captions.txt", "--budget=10%"}, "--budget");
    }
    void wrongUse() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, names);
        test::checkWrongUse(
            test::sayWrongly(folder_->path(), QStringList{QStringLiteral("sample")} + arguments), names);
    }

    void aLauncherThatMakesNoSenseIsNamed() {
        qputenv("RANK", "4");
        qputenv("WORLD_SIZE", "4");
        const Outcome outcome = run(sample(QStringLiteral("s")));
        qunsetenv("RANK");
        qunsetenv("WORLD_SIZE");
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("RANK and WORLD_SIZE are 4 and 4"), outcome.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestCliSample)
#include "tst_cli_sample.moc"
