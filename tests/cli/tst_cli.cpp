#include "scalekv/png.h"
#include "scalekv/recipe.h"
#include "tests/cli/program.h"
#include "tests/mutate.h"
#include "tests/small_model.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <csignal>

using namespace scalekv;
using test::Outcome;

namespace {

const QString kPrompt = QStringLiteral("a red apple on a blue background");

QStringList pictures(const QString& folder) {
    return QDir(folder).entryList({QStringLiteral("*.png")}, QDir::Files, QDir::Name);
}

void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

/// A copy of the demo model that a test may damage.
void copyDemo(const QString& to) {
    const QDir demo(QStringLiteral(SCALEKV_SOURCE_DIR "/resources/demo"));
    QVERIFY(QDir().mkpath(to + QStringLiteral("/text_encoder")));
    for (const QString& name : demo.entryList(QDir::Files))
        QVERIFY(QFile::copy(demo.filePath(name), to + QLatin1Char('/') + name));
    for (const QString& name : QDir(demo.filePath(QStringLiteral("text_encoder"))).entryList(QDir::Files))
        QVERIFY(QFile::copy(demo.filePath(QStringLiteral("text_encoder/") + name),
                            to + QStringLiteral("/text_encoder/") + name));
}

} // namespace

class TestCli : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> folder_;

    QString path(const char* name) const { return folder_->filePath(QString::fromLatin1(name)); }
    Outcome run(QStringList arguments, const QByteArray& input = {}) const {
        return test::runScalekv(folder_->path(), arguments, input);
    }
    /// `generate` at the smallest size.
    Outcome generate(QStringList arguments, const QByteArray& input = {}) const {
        return run(
            QStringList{QStringLiteral("generate"), QStringLiteral("--size"), QStringLiteral("0.06M")} +
                arguments,
            input);
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(!test::smallModelPath().isEmpty());
        qputenv("SCALEKV_DEMO_MODEL",
                test::smallModelPath().toUtf8()); // what the programs take unless told otherwise
    }
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void theWholeDemoIsFoundByItself() {
        qunsetenv("SCALEKV_DEMO_MODEL");
        const Outcome outcome = run({QStringLiteral("info"), QStringLiteral("--json")});
        qputenv("SCALEKV_DEMO_MODEL", test::smallModelPath().toUtf8());
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonDocument found = QJsonDocument::fromJson(outcome.out);
        QCOMPARE(found["parts"][0]["layers"].toInt(), 12);
    }

    void aPromptIsEnough() {
        const Outcome outcome = generate({kPrompt});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QStringList names = pictures(folder_->path());
        QCOMPARE(names.size(), 1);
        QVERIFY(names.front().startsWith(QStringLiteral("a-red-apple-on-a-blue-background-")));
        QVERIFY(outcome.out.contains(names.front().toUtf8()));

        const PngFile png = readPng(folder_->filePath(names.front()).toStdString());
        const std::optional<Recipe> recipe = recipeOf(png.text);
        QVERIFY(recipe);
        QCOMPARE(recipe->request.prompts, std::vector{kPrompt.toStdString()});
        QCOMPARE(QStringLiteral("a-red-apple-on-a-blue-background-%1.png").arg(recipe->request.seed),
                 names.front());
    }

    /// Words that the demo model has never seen are named once, in one line; the picture is made all the
    /// same.
    void unknownWordsAreNamed() {
        write(path("prompts.txt"), "a “fox” on a Blue background\nfoxes, not a fox on a Blue background\n");
        const QStringList arguments{QStringLiteral("--prompts=prompts.txt"), QStringLiteral("--seed=1"),
                                    QStringLiteral("-o"), QStringLiteral("out")};
        const Outcome outcome = generate(arguments);
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(pictures(path("out")).size(), 2);
        const QStringList notes = outcome.errorLines().filter(QStringLiteral("Note:"));
        QCOMPARE(notes.size(), 1);
        QVERIFY2(notes.front().contains(QStringLiteral("never seen \"Blue\", \"foxes\", \"not\";")),
                 qPrintable(notes.front()));
        const Outcome quiet = generate(arguments + QStringList{QStringLiteral("--quiet")});
        QCOMPARE(quiet.exitCode, 0);
        QVERIFY2(quiet.err.isEmpty(), quiet.err.constData());
        QVERIFY(!generate({kPrompt}).err.contains("Note:"));
    }

    void theRecipeMakesThePictureAgain() {
        QCOMPARE(generate({kPrompt, QStringLiteral("--seed"), QStringLiteral("5"), QStringLiteral("-o"),
                           QStringLiteral("first.png")})
                     .exitCode,
                 0);
        const Recipe recipe = recipeOf(readPng(path("first.png").toStdString()).text).value();
        const Outcome again = generate({QString::fromStdString(recipe.request.prompts.front()),
                                        QStringLiteral("--seed"), QString::number(recipe.request.seed),
                                        QStringLiteral("--cfg"), QString::number(recipe.request.cfg.front()),
                                        QStringLiteral("--tau"), QString::number(recipe.request.tau.front()),
                                        QStringLiteral("-o"), QStringLiteral("second.png")});
        QCOMPARE(again.exitCode, 0);
        QVERIFY(readPng(path("first.png").toStdString()).image.pixels ==
                readPng(path("second.png").toStdString()).image.pixels);
    }

    void everySettingArrives() {
        const Outcome outcome = generate(
            {kPrompt, QStringLiteral("--seed=18446744073709551615"), QStringLiteral("--negative=a dog"),
             QStringLiteral("--ratio=3:2"), QStringLiteral("--cfg=1,2,3,4,3,2,1"), QStringLiteral("--tau"),
             QStringLiteral("0.5"), QStringLiteral("--top-k=2"), QStringLiteral("--top-p=0.9"),
             QStringLiteral("--cfg-layer"), QStringLiteral("-2"), QStringLiteral("--cfg-layer"),
             QStringLiteral("0"), QStringLiteral("--precision=fp32"), QStringLiteral("-o"),
             QStringLiteral("x.png")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const Recipe recipe = recipeOf(readPng(path("x.png").toStdString()).text).value();
        QCOMPARE(recipe.request.seed, std::numeric_limits<std::uint64_t>::max());
        QCOMPARE(recipe.request.negativePrompt, std::string("a dog"));
        QCOMPARE(recipe.request.aspectRatio, 0.666);
        QCOMPARE(recipe.request.cfg, (std::vector<double>{1, 2, 3, 4, 3, 2, 1}));
        QCOMPARE(recipe.request.tau, (std::vector<double>{0.5}));
        QCOMPARE(recipe.request.topK, 2);
        QCOMPARE(recipe.request.topP, 0.9);
        QCOMPARE(recipe.request.guidanceLayers, (std::vector<int>{-2, 0}));
        QCOMPARE(recipe.precision, std::string("fp32"));
    }

    void everyPolicyMakesAPicture_data() {
        QTest::addColumn<QString>("policy");
        for (const std::string_view name : policyNames())
            QTest::newRow(name.data()) << QString::fromUtf8(name.data());
    }
    void everyPolicyMakesAPicture() {
        QFETCH(QString, policy);
        const bool full = policy == QStringLiteral("full");
        QStringList arguments{kPrompt,
                              QStringLiteral("--model"),
                              QStringLiteral(SCALEKV_SOURCE_DIR "/resources/demo"), // the whole of it
                              QStringLiteral("--policy"),
                              policy,
                              QStringLiteral("-o"),
                              QStringLiteral("x.png"),
                              QStringLiteral("--json=report.json")};
        if (!full)
            arguments << QStringLiteral("--budget") << QStringLiteral("20%");
        const Outcome outcome = generate(arguments);
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const Recipe recipe = recipeOf(readPng(path("x.png").toStdString()).text).value();
        QCOMPARE(recipe.request.policy.name, policy.toStdString());
        QCOMPARE(recipe.request.policy.budget.fraction, full ? 1.0 : 0.2);
        QFile file(path("report.json"));
        QVERIFY(file.open(QFile::ReadOnly));
        const QJsonObject picture = QJsonDocument::fromJson(file.readAll())
                                        .object()[QStringLiteral("pictures")]
                                        .toArray()[0]
                                        .toObject();
        // 265 tokens before the last scale, or 53 of them; k and v, 12 layers, two halves, 256 channels, in
        // what this processor computes with.
        const int element = recipe.precision == "bf16" ? 2 : 4;
        const double bytes = 2.0 * 12 * 2 * 256 * element * (full ? 265 : 53);
        const double kept = picture[QStringLiteral("scales")]
                                .toArray()
                                .last()
                                .toObject()[QStringLiteral("kv_bytes")]
                                .toDouble();
        // HeatKV keeps or drops 36 + 64 + 144 tokens of one of 48 heads at once: by less it may stay below.
        const double below = policy == QStringLiteral("heatkv") ? 244.0 / (48 * 53) : 0.01;
        QVERIFY2(kept <= bytes && kept > (1 - below) * bytes, qPrintable(QString::number(kept / bytes)));
    }

    void jsonOnStandardOutput() {
        const Outcome outcome = generate({QStringLiteral("--json"), kPrompt});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject report = QJsonDocument::fromJson(outcome.out).object();
        QCOMPARE(report["stopped"].toBool(true), false);
        const QJsonObject picture = report["pictures"][0].toObject();
        QVERIFY(QFile::exists(folder_->filePath(picture["file"].toString())));
        QCOMPARE(picture["recipe"]["prompt"].toString(), kPrompt);
        const QJsonArray scales = picture["scales"].toArray();
        QCOMPARE(scales.size(), 7);
        QCOMPARE(scales[1]["height"].toInt(), 2);
        // The cache grows at every scale but the last, where nothing is stored.
        for (int k = 1; k + 1 < scales.size(); ++k)
            QVERIFY(scales[k]["kv_bytes"].toDouble() > scales[k - 1]["kv_bytes"].toDouble());
        QCOMPARE(scales[6]["kv_bytes"].toDouble(), scales[5]["kv_bytes"].toDouble());
        QCOMPARE(picture["peak_kv_bytes"].toDouble(), scales[5]["kv_bytes"].toDouble());
        QVERIFY(picture["seconds"].toDouble() > 0);
    }

    void jsonInAFile() {
        const Outcome outcome =
            generate({kPrompt, QStringLiteral("--json=report.json"), QStringLiteral("--quiet")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(outcome.out.isEmpty());
        QVERIFY(outcome.err.isEmpty());
        QFile file(path("report.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(file.readAll())["pictures"].toArray().size(), 1);
    }

    void manyPrompts() {
        write(path("prompts.txt"), "# two\na fox on a green background\n\nan owl on a yellow background\n");
        const Outcome outcome =
            generate({QStringLiteral("--prompts"), QStringLiteral("prompts.txt"), QStringLiteral("--seed=3"),
                      QStringLiteral("--count=2"), QStringLiteral("-o"), QStringLiteral("out/new")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(pictures(path("out/new")),
                 (QStringList{QStringLiteral("001-a-fox-on-a-green-background-3.png"),
                              QStringLiteral("002-a-fox-on-a-green-background-4.png"),
                              QStringLiteral("003-an-owl-on-a-yellow-background-3.png"),
                              QStringLiteral("004-an-owl-on-a-yellow-background-4.png")}));
    }

    void promptsFromStandardInput() {
        const Outcome outcome = generate({QStringLiteral("--prompts=-"), QStringLiteral("--seed=3")},
                                         "a fox on a green background\n");
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(pictures(folder_->path()), QStringList{QStringLiteral("a-fox-on-a-green-background-3.png")});
    }

    void nothingIsOverwrittenUnasked() {
        const QStringList arguments{QStringLiteral("fox"), QStringLiteral("--seed=1")};
        for (int i = 0; i < 2; ++i)
            QCOMPARE(generate(arguments).exitCode, 0);
        const QStringList two{QStringLiteral("fox-1-2.png"), QStringLiteral("fox-1.png")};
        QCOMPARE(pictures(folder_->path()), two);
        QCOMPARE(generate(arguments + QStringList{QStringLiteral("--force")}).exitCode, 0);
        QCOMPARE(pictures(folder_->path()), two);
    }

    void aNamedFileNeedsForceToo() {
        const QStringList arguments{QStringLiteral("fox"), QStringLiteral("-o"), QStringLiteral("x.png")};
        write(path("x.png"), "mine");
        const Outcome refused = generate(arguments);
        QCOMPARE(refused.exitCode, 1);
        QCOMPARE(refused.errorLines().size(), 1);
        QVERIFY(refused.err.contains("x.png") && refused.err.contains("--force"));
        QFile file(path("x.png"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("mine"));
        QCOMPARE(generate(arguments + QStringList{QStringLiteral("--force")}).exitCode, 0);
        QVERIFY(!readPng(path("x.png").toStdString()).image.empty());
        QCOMPARE(run({QStringLiteral("reconstruct"), QStringLiteral("x.png"), QStringLiteral("-o"),
                      QStringLiteral("x.png")})
                     .exitCode,
                 1);
    }

    /// Wrong use is told before a model is looked for, and leaves nothing behind.
    void wrongUseComesBeforeTheModel() {
        for (const char* wrong : {"--tau=0", "--budget=10%", "--top-p=7"}) {
            const Outcome outcome =
                generate({QStringLiteral("fox"), QStringLiteral("--count=2"), QStringLiteral("-o"),
                          QStringLiteral("new"), QString::fromLatin1(wrong)});
            QCOMPARE(outcome.exitCode, 2);
            QVERIFY(!QFile::exists(path("new")));
        }
    }

    void anEndingIsPutBehindTheName() {
        for (const char* name : {"j1", "j.2"}) {
            const QStringList arguments{QStringLiteral("fox"), QStringLiteral("-o"),
                                        QString::fromLatin1(name)};
            QCOMPARE(generate(arguments).exitCode, 0);
            QVERIFY(!QFile::exists(path(name)));
            QVERIFY(!readPng(path(name).toStdString() + ".png").image.empty());
            QCOMPARE(generate(arguments).exitCode, 1); // there is one now
        }
    }

    void noScaleIsOverwrittenUnasked() {
        write(path("x.scale02.png"), "mine");
        const QStringList arguments{QStringLiteral("fox"), QStringLiteral("-o"), QStringLiteral("x.png"),
                                    QStringLiteral("--scales")};
        const Outcome refused = generate(arguments);
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("x.scale02.png") && refused.err.contains("--force"),
                 refused.err.constData());
        QCOMPARE(pictures(folder_->path()), QStringList{QStringLiteral("x.scale02.png")});
        QCOMPARE(generate(arguments + QStringList{QStringLiteral("--force")}).exitCode, 0);
        QVERIFY(!readPng(path("x.scale02.png").toStdString()).image.empty());
    }

    void aPictureOnStandardOutputIsAlone() {
        const Outcome outcome =
            generate({QStringLiteral("fox"), QStringLiteral("-o"), QStringLiteral("/dev/stdout")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        test::writeBytes(path("x.png").toStdString(), outcome.out.toStdString());
        QVERIFY(!readPng(path("x.png").toStdString()).image.empty());
        QVERIFY(outcome.out.endsWith(QByteArray("IEND\xae\x42\x60\x82")));

        QProcess process; // as a shell's "> y.png" does
        process.setWorkingDirectory(folder_->path());
        process.setStandardOutputFile(path("y.png"));
        process.start(test::scalekvProgram(),
                      {QStringLiteral("generate"), QStringLiteral("fox"), QStringLiteral("--size=0.06M"),
                       QStringLiteral("-o"), QStringLiteral("/dev/stdout")});
        QVERIFY(process.waitForFinished(300000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
        QVERIFY(!readPng(path("y.png").toStdString()).image.empty());
    }

    void aFailureKeepsTheReportOfWhatIsDone() {
        // The second picture fails: its third scale is to go where there is no room.
        QVERIFY(QDir(folder_->path()).mkpath(QStringLiteral("out")));
        QVERIFY(QFile::link(QStringLiteral("/dev/full"), path("out/002-fox-4.scale03.png")));
        const Outcome outcome =
            generate({QStringLiteral("fox"), QStringLiteral("--count=2"), QStringLiteral("--seed=3"),
                      QStringLiteral("-o"), QStringLiteral("out"), QStringLiteral("--scales"),
                      QStringLiteral("--json=report.json")});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.errorLines().back().contains(QStringLiteral("scale03.png")),
                 outcome.err.constData());
        QFile file(path("report.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonDocument report = QJsonDocument::fromJson(file.readAll());
        QCOMPARE(report["stopped"].toBool(), true);
        QCOMPARE(report["pictures"].toArray().size(), 1);
        QCOMPARE(report["pictures"][0]["file"].toString(), QStringLiteral("out/001-fox-3.png"));
    }

    void theFirstErrorIsTheOneThatIsShown() {
        QVERIFY(QFile::link(QStringLiteral("/dev/full"), path("x.scale03.png")));
        const Outcome outcome =
            generate({QStringLiteral("fox"), QStringLiteral("-o"), QStringLiteral("x.png"),
                      QStringLiteral("--scales"), QStringLiteral("--json=/dev/full")});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.errorLines().back().contains(QStringLiteral("scale03.png")),
                 outcome.err.constData());
        QVERIFY(!outcome.err.contains("--json") && !outcome.err.contains("Cannot write /dev/full"));
    }

    void everyScaleIsSaved() {
        const Outcome outcome =
            generate({kPrompt, QStringLiteral("--scales"), QStringLiteral("-o"), QStringLiteral("x.png")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QStringList names = pictures(folder_->path());
        QCOMPARE(names.size(), 8);
        QVERIFY(names.contains(QStringLiteral("x.scale01.png")));
        QVERIFY(readPng(path("x.scale07.png").toStdString()).image.pixels ==
                readPng(path("x.png").toStdString()).image.pixels);
    }

    void idleThreadsSleepUnlessTheUserSaysOtherwise_data() {
        QTest::addColumn<QString>("mine");
        QTest::addColumn<QByteArray>("policy");
        QTest::newRow("nothing set") << QString() << QByteArray("passive");
        QTest::newRow("set") << QStringLiteral("active") << QByteArray("active");
    }
    void idleThreadsSleepUnlessTheUserSaysOtherwise() {
#ifdef __SANITIZE_ADDRESS__
        QSKIP("see app/idle_threads.cpp");
#endif
        QFETCH(QString, mine);
        QFETCH(QByteArray, policy);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.remove(QStringLiteral("OMP_WAIT_POLICY"));
        if (!mine.isEmpty())
            environment.insert(QStringLiteral("OMP_WAIT_POLICY"), mine);
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(test::scalekvProgram(), // waits for prompts
                      {QStringLiteral("generate"), QStringLiteral("--prompts=-")});
        const auto about = [&process](const char* what) {
            QFile file(QStringLiteral("/proc/%1/%2").arg(process.processId()).arg(QLatin1String(what)));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(about("environ").contains("OMP_WAIT_POLICY=" + policy), 60000);
        QCOMPARE(about("comm"), QByteArray("scalekv\n"));
        QVERIFY(about("cmdline").endsWith(QByteArray("generate\0--prompts=-\0", 21)));
        process.closeWriteChannel();
        QVERIFY(process.waitForFinished(60000));
        QVERIFY(process.readAllStandardError().contains("holds no prompt"));
    }

    void ctrlCStops() {
        write(path("prompts.txt"), "a fox on a green background\nan owl on a yellow background\n");
        QProcess process;
        process.setWorkingDirectory(folder_->path());
        process.start(test::scalekvProgram(),
                      {QStringLiteral("generate"), QStringLiteral("--prompts=prompts.txt"),
                       QStringLiteral("--size=0.06M"), QStringLiteral("--count=500"),
                       QStringLiteral("--json=report.json")});
        // A finished picture is told on standard output; stop in the middle of a later one.
        while (process.state() != QProcess::NotRunning && !process.canReadLine())
            process.waitForReadyRead(1000);
        QVERIFY(process.state() == QProcess::Running);
        QCOMPARE(::kill(pid_t(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(process.readAllStandardError().trimmed().endsWith("stopped."));

        // What was finished stays, and only that is there.
        QFile file(path("report.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonDocument report = QJsonDocument::fromJson(file.readAll());
        QCOMPARE(report["stopped"].toBool(), true);
        QVERIFY(report["pictures"].toArray().size() >= 1);
        QCOMPARE(report["pictures"].toArray().size(), pictures(folder_->path()).size());
    }

    void wrongUse_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, QStringList arguments, const char* names) {
            QTest::newRow(name) << arguments << QString::fromLatin1(names);
        };
        row("nothing", {}, "Name a command: generate, ");
        row("unknown command", {"paint"}, "\"paint\" is not a command; choose generate, info, ");
        row("mistyped command", {"genrate", "x"}, "\"genrate\" is not a command; did you mean generate?");
        row("mistyped option before it", {"--versoin"},
            "--versoin is not an option of scalekv; did you mean --version?");
        row("mistyped option", {"generate", "fox", "--sede", "5"},
            "--sede is not an option of scalekv generate; did you mean --seed?");
        row("mistyped option with its value", {"generate", "fox", "--sede=5"}, "--sede is not");
        row("a word too many", {"info", "a", "b"}, "\"b\" is one word too many for scalekv info");
        row("option without a value", {"generate", "fox", "--size"}, "--size needs a value");
        row("option twice", {"generate", "fox", "--count=1", "--count=2"}, "--count may be given once only");
        row("count is a word", {"generate", "fox", "--count=many"}, "--count: 'many' is not in the range");
        row("empty prompt", {"generate", ""}, "say what to draw");
        row("blank prompt", {"generate", " \t"}, "say what to draw");
        row("no prompt", {"generate"}, "prompt");
        row("prompt twice", {"generate", "fox", "--prompts", "x.txt"}, "--prompts");
        row("unknown option", {"generate", "fox", "--colour"}, "--colour");
        row("unknown size", {"generate", "fox", "--size", "2M"}, "2M");
        row("seed is a word", {"generate", "fox", "--seed", "dice"}, "--seed");
        row("negative seed", {"generate", "fox", "--seed=-1"}, "--seed");
        row("huge seed", {"generate", "fox", "--seed", "18446744073709551616"}, "--seed");
        row("untrained ratio", {"generate", "fox", "--ratio", "1.1"}, "--ratio");
        row("ratio is a word", {"generate", "fox", "--ratio", "wide"}, "--ratio");
        row("cfg is a word", {"generate", "fox", "--cfg", "4,x"}, "--cfg");
        row("two top-p", {"generate", "fox", "--top-p", "0.9,0.8"}, "--top-p");
        row("top-p above 1", {"generate", "fox", "--top-p", "7"}, "--top-p: must be between 0 (off) and 1");
        row("tau of nothing", {"generate", "fox", "--tau", "0"}, "--tau: must be");
        row("tau by scale, one of nothing", {"generate", "fox", "--tau", "1,1,0"}, "--tau: must be");
        row("huge cfg", {"generate", "fox", "--cfg", "1e9"}, "--cfg: must be");
        row("layer that no number holds", {"generate", "fox", "--guidance-layer=2147483648"},
            "--guidance-layer: '2147483648' is out of range");
        row("layer that is a subtraction", {"generate", "fox", "--guidance-layer=1-2"},
            "--guidance-layer: '1-2' is not a number");
        row("layer after the last", {"generate", "fox", "--guidance-layer", "2"},
            "--guidance-layer: must be 0");
        row("cfg for too few scales", {"generate", "fox", "--size=0.06M", "--cfg=1,2"},
            "--cfg: must be one number, or one for each of the 7 scales of this size, not 2");
        row("tau for the model's size", {"generate", "fox", "--tau=1,2"},
            "--tau: must be one number, or one");
        row("no pictures", {"generate", "fox", "--count", "0"}, "--count");
        row("unknown precision", {"generate", "fox", "--precision", "fp8"}, "--precision");
        row("precision, by name", {"generate", "fox", "--precision", "fp8"},
            "--precision: 'fp8' is not one of auto, bf16, fp32");
        row("no image", {"reconstruct"}, "image");
        row("unknown policy", {"generate", "fox", "--policy", "best"}, "streaming-llm");
        row("budget is a word", {"generate", "fox", "--policy", "snapkv", "--budget", "little"}, "--budget");
        row("budget of nothing", {"generate", "fox", "--policy", "snapkv", "--budget", "0%"}, "--budget");
        row("budget that could be two things", {"generate", "fox", "--policy", "snapkv", "--budget", "1"},
            "--budget: A budget of \"1\" could be everything or one token; write 100%");
        row("budget for the full cache", {"generate", "fox", "--budget", "10%"},
            "one with --policy (sliding-window, streaming-llm, ");
        row("budget for the full cache by name", {"generate", "fox", "--policy=full", "--budget", "10%"},
            "one with --policy (sliding-window, streaming-llm, ");
        row("budget file of another policy",
            {"generate", "fox", "--policy=snapkv", "--budget-file=none.json"}, "scalekv-reference");
        row("calibration of another policy",
            {"generate", "fox", "--policy=snapkv", "--calibration=none.json"}, "--calibration: belongs to");
        row("head orders of another policy",
            {"generate", "fox", "--policy=scalekv", "--head-orders=none.json"}, "belongs to --policy heatkv");
        row("head kinds of another policy", {"generate", "fox", "--policy=heatkv", "--head-kinds=none.json"},
            "belongs to --policy hack");
        row("another format", {"generate", "fox", "-o", "fox.JPG"}, ".png");
        row("bench: unknown policy", {"bench", "--policy", "best"}, "streaming-llm");
        row("bench: budget for the full cache", {"bench", "--budget", "10%"}, "one with --policy (sliding");
        row("bench: unknown shape", {"bench", "--shape", "3b"}, "'3b' is not one of layer12, layer16,");
        row("bench: unknown size", {"bench", "--size", "2M"}, "--size");
        row("bench: unknown type", {"bench", "--dtype", "fp8"}, "'fp8' is not one of bf16, fp32");
        row("reconstruct: another format", {"reconstruct", "x.png", "-o", "x.webp"}, ".png");
        row("reconstruct: unknown size", {"reconstruct", "x.png", "--size", "2M"}, "--size");
    }
    void wrongUse() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, names);
        test::checkWrongUse(test::sayWrongly(folder_->path(), arguments), names);
    }

    void failures_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, QStringList arguments, const char* names) {
            QTest::newRow(name) << arguments << QString::fromLatin1(names);
        };
        const QString generate = QStringLiteral("generate");
        row("missing model", {generate, "fox", "--model", "nowhere"}, "nowhere");
        row("truncated transformer", {generate, "fox", "--model", "truncated"}, "transformer.safetensors");
        row("missing part", {generate, "fox", "--model", "partial"}, "vae");
        row("unknown device", {generate, "fox", "--device", "abacus"}, "abacus");
        row("layer that is not there", {generate, "fox", "--size=0.06M", "--cfg-layer=-99"}, "99");
        row("missing prompts", {generate, "--prompts", "none.txt"}, "none.txt");
        row("prompts are a folder", {generate, "--prompts", "partial"}, "partial");
        row("no prompt in the file", {generate, "--prompts", "empty.txt"}, "empty.txt");
        row("prompts are no text", {generate, "--prompts", "binary"}, "binary is not text in UTF-8");
        row("output folder missing", {generate, "fox", "-o", "none/fox.png"}, "none");
        row("output is a folder", {generate, "fox", "-o", "partial"}, "partial");
        row("pictures' folder is a file", {generate, "fox", "--count=2", "-o", "empty.txt"}, "empty.txt");
        row("report cannot be written", {generate, "fox", "--size=0.06M", "--json=none/report.json"},
            "none/report.json");
        row("budget below the window", {generate, "fox", "--policy", "snapkv", "--budget", "9"}, "16");
        row("budget file missing", {generate, "fox", "--policy=scalekv-reference", "--budget-file=none.json"},
            "none.json");
        row("budget file is text", {generate, "fox", "--policy=scalekv-reference", "--budget-file=empty.txt"},
            "empty.txt");
        row("calibration missing", {generate, "fox", "--policy=scalekv", "--calibration=none.json"},
            "none.json");
        row("head orders missing", {generate, "fox", "--policy=heatkv", "--head-orders=none.json"},
            "none.json");
        row("head orders are text", {generate, "fox", "--policy=heatkv", "--head-orders=empty.txt"},
            "empty.txt");
        row("head orders of another model",
            {generate, "fox", "--policy=heatkv",
             "--head-orders=" SCALEKV_SOURCE_DIR "/tests/data/heatkv/orders_2b.json"},
            "32 layers of 16 heads, but this one has 3 of 4");
        row("head kinds missing", {generate, "fox", "--policy=hack", "--head-kinds=none.json"}, "none.json");
        row("head kinds are text", {generate, "fox", "--policy=hack", "--head-kinds=empty.txt"}, "empty.txt");
        row("head kinds are orders",
            {generate, "fox", "--policy=hack",
             "--head-kinds=" SCALEKV_SOURCE_DIR "/tests/data/heatkv/orders_2b.json"},
            "holds no head kinds");
        row("info: missing", {"info", "nowhere"}, "nowhere");
        row("info: text", {"info", "empty.txt"}, "empty.txt");
        row("info: truncated", {"info", "truncated/transformer.safetensors"}, "transformer.safetensors");
        row("reconstruct: missing", {"reconstruct", "none.png"}, "none.png");
        row("reconstruct: a picture of that name", {"reconstruct", "fox.png", "-o", "fox"}, "--force");
        row("reconstruct: not a picture", {"reconstruct", "empty.txt"}, "empty.txt");
    }
    void failures() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, names);
        write(path("empty.txt"), "# nothing\n");
        write(path("binary"), QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16));
        writePng(path("fox.png").toStdString(), {2, 2, std::vector<std::uint8_t>(2 * 2 * 3, 99)});
        copyDemo(path("truncated"));
        QFile transformer(path("truncated/transformer.safetensors"));
        QVERIFY(transformer.resize(transformer.size() / 2));
        copyDemo(path("partial"));
        QVERIFY(QFile::remove(path("partial/vae.safetensors")));

        const Outcome outcome = run(arguments);
        QVERIFY(!outcome.crashed);
        QCOMPARE(outcome.exitCode, 1);
        const QStringList lines = outcome.errorLines();
        QVERIFY(!lines.isEmpty());
        QVERIFY(lines.back().startsWith(QStringLiteral("scalekv: ")));
        QVERIFY2(lines.back().contains(names, Qt::CaseInsensitive), outcome.err.constData());
        // Only progress may stand before the sentence.
        for (const QString& line : lines.mid(0, lines.size() - 1))
            QVERIFY2(line.startsWith(QStringLiteral("scale ")), qPrintable(line));
    }

    void infoOfTheDemoModel() {
        const Outcome outcome =
            run({QStringLiteral("info"), QStringLiteral(SCALEKV_SOURCE_DIR "/resources/demo")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(outcome.out.contains("12")); // layers
        for (const char* name : {"palm tree", "apple = red apple", "purple"})
            QVERIFY2(outcome.out.contains(name), name);
        const Outcome json = run({QStringLiteral("info"), QStringLiteral("--json"),
                                  QStringLiteral(SCALEKV_SOURCE_DIR "/resources/demo")});
        QCOMPARE(json.exitCode, 0);
        QCOMPARE(QJsonDocument::fromJson(json.out)["objects"].toArray().size(), 112);
        QCOMPARE(QJsonDocument::fromJson(json.out)["colours"].toArray().size(), 12);
    }

    void infoOfAPicture() {
        QCOMPARE(
            generate({kPrompt, QStringLiteral("--seed=5"), QStringLiteral("-o"), QStringLiteral("x.png")})
                .exitCode,
            0);
        const Outcome text = run({QStringLiteral("info"), QStringLiteral("x.png")});
        QCOMPARE(text.exitCode, 0);
        QVERIFY(text.out.contains(kPrompt.toUtf8()));
        const Outcome json = run({QStringLiteral("info"), QStringLiteral("x.png"), QStringLiteral("--json")});
        QCOMPARE(QJsonDocument::fromJson(json.out)["seed"].toInt(), 5);
    }

    void reconstruct() {
        QCOMPARE(
            generate({kPrompt, QStringLiteral("--seed=5"), QStringLiteral("-o"), QStringLiteral("x.png")})
                .exitCode,
            0);
        const Outcome outcome = run({QStringLiteral("reconstruct"), QStringLiteral("x.png"),
                                     QStringLiteral("--size=0.06M"), QStringLiteral("--json")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonDocument report = QJsonDocument::fromJson(outcome.out);
        // The demo VAE loses little of what came out of it.
        QVERIFY2(report["psnr"].toDouble() > 15, outcome.out.constData());
        QVERIFY(!readPng(path("x-reconstructed.png").toStdString()).image.empty());
        QVERIFY(!outcome.err.contains("Note: "));
    }

    void reconstructSaysThatItEnlarges() {
        writePng(path("small.png").toStdString(), {30, 20, std::vector<std::uint8_t>(30 * 20 * 3, 99)});
        const Outcome outcome = run({QStringLiteral("reconstruct"), QStringLiteral("small.png"),
                                     QStringLiteral("--size=0.06M"), QStringLiteral("--json")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonDocument report = QJsonDocument::fromJson(outcome.out);
        const QString size =
            QStringLiteral("%1x%2").arg(report["width"].toInt()).arg(report["height"].toInt());
        QVERIFY2(outcome.err.contains("Note: the picture was enlarged from 30x20 to " + size.toUtf8()),
                 outcome.err.constData());
        QCOMPARE(report["original_width"].toInt(), 30);
        const Outcome quiet = run({QStringLiteral("reconstruct"), QStringLiteral("small.png"),
                                   QStringLiteral("--size=0.06M"), QStringLiteral("--quiet")});
        QCOMPARE(quiet.exitCode, 0);
        QVERIFY(quiet.err.isEmpty() && quiet.out.isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestCli)
#include "tst_cli.moc"
