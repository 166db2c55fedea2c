#include "scalekv/calibration.h"
#include "scalekv/calibration_summary.h"
#include "tests/cli/program.h"
#include "tests/mutate.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <algorithm>
#include <csignal>

using namespace scalekv;
using test::Outcome;

namespace {

const char* const kPrompts = "# three\na fox on a green background\nan owl on a yellow background\n"
                             "a rocket on a purple background\n";

} // namespace

class TestCliCalibrate : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> folder_;

    std::filesystem::path path(const char* name) const {
        return folder_->filePath(QString::fromLatin1(name)).toStdString();
    }
    static QStringList small(const QStringList& more) {
        return QStringList{"calibrate", "--size=0.06M", "--prompts=prompts.txt"} + more;
    }
    Outcome run(const QStringList& arguments) const { return test::runScalekv(folder_->path(), arguments); }

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        test::writeBytes(path("prompts.txt"), kPrompts);
    }

    void aTableAndAFile() {
        const Outcome outcome = run(
            small({"-o", "c.json", "--seed=7", "--drafters=0.25", "--top-share=0.2", "--queries=16",
                   "--cfg=2", "--precision=fp32", "--head-orders=orders.json", "--head-kinds=kinds.json"}));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const Calibration made = readCalibration(path("c.json"));
        QVERIFY(readHeadOrders(path("orders.json")) == headOrders(made));
        QVERIFY(readHeadKinds(path("kinds.json")) == headKinds(made));
        QVERIFY(made.complete());
        QCOMPARE(made.settings.request.prompts.size(), std::size_t(3));
        QCOMPARE(made.settings.request.prompts.front(), std::string("a fox on a green background"));
        QCOMPARE(made.settings.request.seed, std::uint64_t(7));
        QCOMPARE(made.settings.drafterShare, 0.25);
        QCOMPARE(made.settings.topShare, 0.2);
        QCOMPARE(made.settings.queries, std::int64_t(16));
        QCOMPARE(made.settings.request.cfg, std::vector<double>{2});
        QCOMPARE(made.settings.precision, std::string("fp32"));
        QCOMPARE(made.roles.drafters(), std::int64_t(18)); // a quarter of 6 scales and 12 layers

        QVERIFY(outcome.out.contains("16x16"));
        QVERIFY(outcome.out.contains("18 of 72 layers and scales are drafters."));
        QVERIFY(outcome.out.contains("Random halves of the prompts share"));
        QVERIFY(outcome.out.contains("The first 2 and all: "));
        QVERIFY(outcome.out.contains("Saved as c.json"));
        for (std::int64_t layer = 0; layer < made.roles.layers(); ++layer)
            if (made.roles.drafter(6, layer)) // the last row of the table
                QVERIFY(outcome.out.contains(" " + QByteArray::number(qlonglong(layer))));
        QVERIFY(outcome.err.contains("Prompt 3 of 3 is saved"));
    }

    void ctrlCKeepsWhatIsDone() {
        std::string many; // so many that the program cannot be done before it is stopped
        for (int i = 0; i < 500; ++i)
            many += "a fox on a green background, " + std::to_string(i) + "\n";
        test::writeBytes(path("prompts.txt"), many);
        std::vector<PromptSelectivity> before;
        for (const char* const started : {"Prompt 1 of 500 is saved", "Continuing after"}) {
            QProcess process;
            process.setWorkingDirectory(folder_->path());
            process.start(test::scalekvProgram(), small({"-o", "c.json"}));
            QByteArray said;
            while (process.state() != QProcess::NotRunning &&
                   !(said.contains(started) && said.contains("is saved"))) {
                process.waitForReadyRead(1000);
                said += process.readAllStandardError();
            }
            QCOMPARE(::kill(pid_t(process.processId()), SIGINT), 0);
            QVERIFY(process.waitForFinished(60000));
            QCOMPARE(process.exitStatus(), QProcess::NormalExit);
            QCOMPARE(process.exitCode(), 130);
            QVERIFY(process.readAllStandardError().trimmed().endsWith("stopped."));
            QCOMPARE(said.contains("Prompt 1 of 500"), before.empty()); // what was done is not done again

            const Calibration kept = readCalibration(path("c.json"));
            QVERIFY(!kept.complete());
            QVERIFY(kept.measured.size() > before.size());
            QVERIFY(std::equal(before.begin(), before.end(), kept.measured.begin()));
            before = kept.measured;
        }
    }

    /// The demo model comes with its calibration: of these weights, with the prompts and settings that the
    /// program would use. So there is nothing left to run.
    void theDemoModelIsCalibrated() {
        const std::filesystem::path shipped = SCALEKV_SOURCE_DIR "/resources/demo/calibration.json";
        const std::string before = test::readBytes(shipped);
        test::writeBytes(path("copy.json"), before);
        const Outcome outcome = run({"calibrate", "--precision=bf16", "-o", "copy.json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(!outcome.err.contains("is saved"));
        QVERIFY(test::readBytes(path("copy.json")) == before);
        QCOMPARE(readCalibration(shipped).measured.size(), std::size_t(10));
        QVERIFY(outcome.out.contains("The first 10 and all: 100 %"));
    }

    void failures_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("names");
        QTest::newRow("other settings") << small({"-o", "made.json", "--seed=1"}) << "seed is 0, not 1";
        QTest::newRow("not a calibration") << small({"-o", "prompts.txt"}) << "prompts.txt";
        QTest::newRow("no folder") << small({"-o", "none/c.json"}) << "none";
        QTest::newRow("a folder") << small({"-o", "."}) << "is a folder";
        QTest::newRow("no prompts") << QStringList{"calibrate", "--prompts=none.txt"} << "none.txt";
        // Before the model is looked for:
        QTest::newRow("no prompts first")
            << QStringList{"calibrate", "--prompts=none.txt", "--device=abacus"} << "none.txt";
        QTest::newRow("no folder first")
            << small({"-o", "none/c.json", "--device=abacus"}) << "none does not exist";
    }
    void failures() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, names);
        if (arguments.contains("made.json"))
            QVERIFY(run(small({"-o", "made.json", "-q"})).exitCode == 0);
        const Outcome outcome = run(arguments);
        QVERIFY(!outcome.crashed);
        QCOMPARE(outcome.exitCode, 1);
        QCOMPARE(outcome.errorLines().size(), 1);
        QVERIFY2(outcome.errorLines().back().contains(names), outcome.err.constData());
        QVERIFY(outcome.out.isEmpty());
        QVERIFY(!std::filesystem::exists(path("x.json")));
    }

    void wrongUse_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("names");
        QTest::newRow("queries") << small({"-o", "x.json", "--queries=-1"}) << "--queries";
        QTest::newRow("word") << small({"-o", "x.json", "--top-share=most"}) << "--top-share: 'most'";
        QTest::newRow("share") << small({"-o", "x.json", "--top-share=0"}) << "--top-share: must be above 0";
        QTest::newRow("drafters") << small({"-o", "x.json", "--drafters=2"})
                                  << "--drafters: must be between 0 and 1";
        QTest::newRow("tau") << small({"-o", "x.json", "--tau=0"}) << "--tau";
        QTest::newRow("mistyped option") << small({"--drafter=0.1"}) << "did you mean --drafters?";
    }
    void wrongUse() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, names);
        test::checkWrongUse(test::sayWrongly(folder_->path(), arguments), names);
        QVERIFY(!std::filesystem::exists(path("x.json")));
    }
};

QTEST_APPLESS_MAIN(TestCliCalibrate)
#include "tst_cli_calibrate.moc"
