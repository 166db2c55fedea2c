#include "scalekv/png.h"
#include "scalekv/recipe.h"
#include "tests/cli/program.h"
#include "tests/mutate.h"
#include "tests/small_model.h"
#include "tests/study/metrics/seeded_weights.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace scalekv;
using test::Outcome;

class TestCliCompare : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> folder_;

    std::string path(const char* name) const {
        return folder_->filePath(QString::fromLatin1(name)).toStdString();
    }
    QJsonObject results(const char* file = "comparison/results.json") const {
        return QJsonDocument::fromJson(QByteArray::fromStdString(test::readBytes(path(file)))).object();
    }
    QJsonArray setting(const char* name) const {
        const QJsonObject made = results();
        return made["settings"][name].toArray();
    }
    QJsonArray records() const {
        const QJsonObject made = results();
        return made["records"].toArray();
    }
    Outcome run(const QStringList& arguments) const { return test::runScalekv(folder_->path(), arguments); }
    /// One fox at the smallest size under two policies at one budget, and what else is asked for.
    QStringList compare(const QStringList& arguments = {}) const {
        return QStringList{QStringLiteral("compare"),      QStringLiteral("--model"),
                           test::smallModelPath(),         QStringLiteral("--size=0.06M"),
                           QStringLiteral("-p"),           QStringLiteral("a fox on a green background"),
                           QStringLiteral("--policies"),   QStringLiteral("snapkv,sliding-window"),
                           QStringLiteral("--budgets=20%")} +
               arguments;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(!test::smallModelPath().isEmpty()); }
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void everythingLiesInTheFolder() {
        const Outcome outcome = run(compare({QStringLiteral("-o"), QStringLiteral("a/b")}));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(outcome.out.startsWith("policy"));
        QVERIFY(outcome.out.contains("snapkv") && outcome.out.contains("sliding-window"));
        const QJsonObject made = results("a/b/results.json");
        QCOMPARE(made["settings"]["seeds"].toArray(), (QJsonArray{0}));
        QCOMPARE(made["settings"]["size"].toString(), QStringLiteral("0.06M"));
        const QJsonArray records = made["records"].toArray();
        QCOMPARE(records.size(), 2);
        for (const QJsonValue& record : records) {
            QVERIFY(record["teacher_forced"]["kl"].toDouble() > 0);
            const QString picture = record["free"]["picture"].toString();
            const PngFile png = readPng(path("a/b") + "/" + picture.toStdString());
            QCOMPARE(recipeOf(png.text)->request.policy.name, record["policy"].toString().toStdString());
        }
        QVERIFY(test::readBytes(path("a/b/report.html")).starts_with("<!DOCTYPE html>"));
        QCOMPARE(test::readBytes(path("a/b/results.csv")).find("prompt_number,"), std::size_t(0));
        // Beside them nothing is left, no temporary file either.
        QCOMPARE(QDir(QString::fromStdString(path("a/b"))).entryList(QDir::Files | QDir::Hidden).size(), 3);
    }

    void twiceIsOnce() {
        QCOMPARE(run(compare()).exitCode, 0);
        const std::string first = test::readBytes(path("comparison/results.json"));
        const Outcome again = run(compare());
        QCOMPARE(again.exitCode, 0);
        QVERIFY(again.out.startsWith("policy"));
        QVERIFY(!again.err.contains("seed 0:")); // nothing was made
        QCOMPARE(test::readBytes(path("comparison/results.json")), first);
    }

    void otherSettingsNeedForce() {
        QCOMPARE(run(compare()).exitCode, 0);
        const QStringList other = compare({QStringLiteral("--seed=5")});
        const Outcome refused = run(other);
        QCOMPARE(refused.exitCode, 1);
        QVERIFY(refused.errorLines().back().contains(QStringLiteral("seeds")));
        QVERIFY(refused.errorLines().back().contains(QStringLiteral("--force")));
        QCOMPARE(setting("seeds"), (QJsonArray{0}));
        QCOMPARE(run(other + QStringList{QStringLiteral("--force")}).exitCode, 0);
        QCOMPARE(setting("seeds"), (QJsonArray{5}));
    }

    void promptsSeedsAndModes() {
        test::writeBytes(path("prompts.txt"), "# two\na fox\n[an owl, \"grey\"]\n");
        const Outcome outcome = run(
            {QStringLiteral("compare"), QStringLiteral("--model"), test::smallModelPath(),
             QStringLiteral("--size=0.06M"), QStringLiteral("--prompts"), QStringLiteral("prompts.txt"),
             QStringLiteral("--seeds=2"), QStringLiteral("--seed=7"), QStringLiteral("--policies=full"),
             QStringLiteral("--mode=teacher-forced"), QStringLiteral("--json"), QStringLiteral("--quiet")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(outcome.err.isEmpty());
        const QJsonObject made = QJsonDocument::fromJson(outcome.out).object();
        QCOMPARE(made["records"].toArray().size(), 4);
        QCOMPARE(made["settings"]["seeds"].toArray(), (QJsonArray{7, 8}));
        QCOMPARE(made["settings"]["prompt"].toArray(),
                 (QJsonArray{QStringLiteral("a fox"), QStringLiteral("[an owl, \"grey\"]")}));
        for (const QJsonValue& record : made["records"].toArray()) {
            QCOMPARE(record["teacher_forced"]["kl"].toDouble(-1), 0.0);
            QVERIFY(record["free"].isUndefined());
        }
        QVERIFY(!QDir(QString::fromStdString(path("comparison/pictures"))).exists());
    }

    void klByLayer() {
        const Outcome outcome =
            run(compare({QStringLiteral("--mode=teacher-forced"), QStringLiteral("--kl-by-layer")}));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        for (const QJsonValue& record : records()) {
            const QJsonArray layers = record["teacher_forced"]["kl_per_layer"].toArray();
            QVERIFY(layers.size() > 1);
            for (const QJsonValue& layer : layers) {
                QCOMPARE(layer.toArray().size(), 7);
                QVERIFY(layer[6].toDouble() > 0);
            }
        }
        const QByteArray table =
            QByteArray::fromStdString(test::readBytes(path("comparison/kl-by-layer.csv")));
        const QJsonValue first = records().at(0);
        QCOMPARE(table.count('\n'), 1 + 2 * 7 * first["teacher_forced"]["kl_per_layer"].toArray().size());
        QVERIFY(table.startsWith("prompt_number,prompt,seed,policy,budget,layer,scale,kl_nats_per_bit\r\n"));
        QVERIFY(test::readBytes(path("comparison/report.html")).find("By layer") != std::string::npos);
        // Without it these are other settings.
        const Outcome other = run(compare({QStringLiteral("--mode=teacher-forced")}));
        QCOMPARE(other.exitCode, 1);
        QVERIFY(other.err.contains("kl by layer"));
    }

    void lpipsWhereItsWeightsAreThere() {
        const QTemporaryDir weights;
        (void)test::seededLpips(weights.path().toStdString(), LpipsNet::Squeeze);
        const QStringList free = compare({QStringLiteral("--mode=free")});
        const Outcome outcome = run(free + QStringList{QStringLiteral("--metric-weights"), weights.path()});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(outcome.out.contains("LPIPS"));
        QVERIFY(records().at(0)["free"]["lpips"].toDouble() > 0);
        QVERIFY(test::readBytes(path("comparison/report.html")).find("LPIPS") != std::string::npos);
        // What is finished is shown again without the weights; to go on they must be there.
        const Outcome again = run(free);
        QVERIFY2(again.exitCode == 0 && again.out.contains("LPIPS"), again.err.constData());
        QJsonObject cut = results();
        QJsonArray some = records();
        some.removeLast();
        cut["records"] = some;
        test::writeBytes(path("comparison/results.json"), QJsonDocument(cut).toJson().toStdString());
        const Outcome without = run(free);
        QCOMPARE(without.exitCode, 1);
        QVERIFY2(without.err.contains("SCALEKV_METRIC_WEIGHTS"), without.err.constData());
        // Results without LPIPS go on without it, whatever the environment has; named weights are another
        // matter.
        const QStringList other = free + QStringList{QStringLiteral("-o"), QStringLiteral("without")};
        QCOMPARE(run(other).exitCode, 0);
        qputenv(kMetricWeightsVariable, weights.path().toUtf8());
        const Outcome goesOn = run(other);
        qunsetenv(kMetricWeightsVariable);
        QVERIFY2(goesOn.exitCode == 0 && !goesOn.out.contains("LPIPS"), goesOn.err.constData());
        const Outcome named = run(other + QStringList{QStringLiteral("--metric-weights"), weights.path()});
        QCOMPARE(named.exitCode, 1);
        QVERIFY2(named.err.contains("LPIPS was not measured") && named.err.contains("--force"),
                 named.err.constData());
        const QTemporaryDir empty;
        const Outcome none = run(free + QStringList{QStringLiteral("--metric-weights"), empty.path()});
        QCOMPARE(none.exitCode, 1);
        QVERIFY(none.err.contains("alexnet-owt-7be5be79.pth"));
    }

    void aPromptIsTakenAsItIs() {
        QStringList arguments = compare({QStringLiteral("--prompt"), QStringLiteral("[a, b]"),
                                         QStringLiteral("--mode=teacher-forced"), QStringLiteral("-q")});
        QCOMPARE(run(arguments).exitCode, 0);
        QCOMPARE(setting("prompt"),
                 (QJsonArray{QStringLiteral("a fox on a green background"), QStringLiteral("[a, b]")}));
    }

    void whatCannotRunIsLeftOutOfTheDefaults() {
        // 1 % of 265 tokens are 3: fewer than some policies keep in any case. (In bf16 spectral could not,
        // either.)
        const QStringList any{QStringLiteral("compare"),
                              QStringLiteral("--model"),
                              test::smallModelPath(),
                              QStringLiteral("--size=0.06M"),
                              QStringLiteral("-p"),
                              QStringLiteral("a fox"),
                              QStringLiteral("--budgets=1%"),
                              QStringLiteral("--mode=teacher-forced"),
                              QStringLiteral("--precision=fp32")};
        const Outcome some = run(any);
        QVERIFY2(some.exitCode == 0, some.err.constData());
        QVERIFY(some.err.contains("left out: "));
        QVERIFY(some.err.contains("snapkv 1 %"));
        QCOMPARE(records().size(), 4);
        QCOMPARE(records().at(0)["policy"].toString(), QStringLiteral("sliding-window"));
        QCOMPARE(records().at(1)["policy"].toString(), QStringLiteral("evenly-spaced"));
        QCOMPARE(records().at(2)["policy"].toString(), QStringLiteral("hack"));
        QCOMPARE(records().at(3)["policy"].toString(), QStringLiteral("spectral"));
        // Nor is a calibration an error that an older program made: it lacks what newer policies need.
        QJsonObject older =
            QJsonDocument::fromJson(
                QByteArray::fromStdString(test::readBytes(
                    (test::smallModelPath() + QStringLiteral("/calibration.json")).toStdString())))
                .object();
        QJsonArray measured = older["measured"].toArray();
        for (QJsonValueRef size : measured) {
            QJsonObject left = size.toObject();
            left.remove("attended_by_head");
            left.remove("attention_by_scale");
            left.remove("variance_by_head");
            size = left;
        }
        older["measured"] = measured;
        test::writeBytes(path("older.json"), QJsonDocument(older).toJson().toStdString());
        const Outcome most =
            run(any + QStringList{QStringLiteral("--calibration=older.json"), QStringLiteral("--force")});
        QVERIFY2(most.exitCode == 0, most.err.constData());
        QVERIFY2(most.err.contains("left out: hack 1 %. older.json: does not say how heads look back"),
                 most.err.constData());
        QCOMPARE(records().size(), 3);
        // Asked for by name it is an error.
        const Outcome none = run(any + QStringList{QStringLiteral("--policies=snapkv")});
        QCOMPARE(none.exitCode, 1);
        QVERIFY(none.err.contains("budget"));
    }

    void ctrlCKeepsWhatIsFinished() {
        const QStringList many = compare({QStringLiteral("--seeds=3")});
        QProcess process;
        process.setWorkingDirectory(folder_->path());
        process.setReadChannel(QProcess::StandardError);
        process.start(test::scalekvProgram(), many);
        // A finished picture is told on standard error; stop in the middle of a later one.
        while (process.state() != QProcess::NotRunning && !process.peek(100000).contains("seed 0:"))
            process.waitForReadyRead(1000);
        QVERIFY(process.state() == QProcess::Running);
        QCOMPARE(::kill(pid_t(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(process.readAllStandardError().contains("the same command goes on"));
        const qsizetype kept = records().size();
        QVERIFY(kept >= 1 && kept < 6);

        const Outcome rest = run(many);
        QVERIFY2(rest.exitCode == 0, rest.err.constData());
        QCOMPARE(rest.err.count(", KL "), 6 - kept);
        QCOMPARE(records().size(), 6);
    }

    void damagedResultsAreAnError() {
        QVERIFY(QDir(folder_->path()).mkdir(QStringLiteral("comparison")));
        test::writeBytes(path("comparison/results.json"), "{\"scalekv_comparison\": ");
        const Outcome outcome = run(compare());
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(outcome.errorLines().back().contains(QStringLiteral("results.json")));
        QCOMPARE(test::readBytes(path("comparison/results.json")), std::string("{\"scalekv_comparison\": "));
    }

    void wrongUse_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, const QStringList& arguments, const char* names) {
            QTest::newRow(name) << arguments << QString::fromLatin1(names);
        };
        row("prompts twice", {"-p", "fox", "--prompts", "x.txt"}, "--prompts");
        row("unknown policy", {"-p", "fox", "--policies", "snapkv,magic"}, "magic");
        row("empty policy", {"-p", "fox", "--policies", "snapkv,"}, "--policies");
        row("budget is a word", {"-p", "fox", "--budgets", "10%,much"}, "much");
        row("no budget", {"-p", "fox", "--budgets", "0%"}, "--budgets");
        row("unknown mode", {"-p", "fox", "--mode", "dream"}, "--mode");
        row("layers where nothing is forced", {"-p", "fox", "--mode", "free", "--kl-by-layer"},
            "--kl-by-layer");
        row("no seeds", {"-p", "fox", "--seeds", "0"}, "--seeds");
        row("blank prompt", {"-p", " "}, "say what to draw");
        row("a word too many", {"-p", "fox", "owl"}, "owl");
        row("budget for the full cache alone", {"-p", "fox", "--policies=full", "--budgets=10%"},
            "one with --policies (sliding-window, ");
        row("budget file that none reads", {"-p", "fox", "--policies=snapkv", "--budget-file=x.json"},
            "--budget-file");
        row("calibration that none reads", {"-p", "fox", "--policies=snapkv", "--calibration=x.json"},
            "--calibration");
        row("policy twice", {"-p", "fox", "--policies=snapkv,snapkv"}, "stands twice");
        row("budget twice", {"-p", "fox", "--budgets=10%,0.1"}, "stands twice");
        row("prompt twice", {"-p", "fox", "-p", "fox"}, "stands twice");
        row("top-p above 1", {"-p", "fox", "--top-p=7"}, "--top-p");
    }
    void wrongUse() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, names);
        test::checkWrongUse(
            test::sayWrongly(folder_->path(), QStringList{QStringLiteral("compare")} + arguments), names);
    }
};

QTEST_GUILESS_MAIN(TestCliCompare)
#include "tst_cli_compare.moc"
