#include "scalekv/png.h"
#include "tests/cli/program.h"
#include "tests/mutate.h"
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

class TestCliMetrics : public QObject {
    Q_OBJECT

    QTemporaryDir weights_;
    std::unique_ptr<QTemporaryDir> folder_;

    std::filesystem::path path(const char* name) const {
        return folder_->filePath(QString::fromLatin1(name)).toStdString();
    }
    Outcome run(const QStringList& arguments) const { return test::runScalekv(folder_->path(), arguments); }
    /// Pictures of a formula; `tint` tells one set from another.
    void draw(const char* set, int pictures, int side, int tint) const {
        std::filesystem::create_directories(path(set));
        for (int n = 0; n < pictures; ++n) {
            RgbImage image{side, side, std::vector<std::uint8_t>(std::size_t(side * side * 3))};
            for (std::size_t at = 0; at < image.pixels.size(); ++at)
                image.pixels[at] = std::uint8_t((at * std::size_t(n + 3) / 7 + std::size_t(tint)) % 256);
            writePng(path(set) / ("000" + std::to_string(n) + ".png"), image);
        }
    }

private Q_SLOTS:
    void initTestCase() { (void)test::seededLpips(weights_.path().toStdString(), LpipsNet::Alex); }
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        qunsetenv(kMetricWeightsVariable);
    }

    void aTableForPeopleAndFilesForPrograms() {
        draw("a", 3, 40, 0);
        draw("b", 3, 40, 5);
        draw("c", 2, 40, 9);
        const Outcome outcome = run({"metrics", "a", "b", "c", "--weights", weights_.path(), "--csv",
                                     "pairs.csv", "--json=report.json", "--resamples=20"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(outcome.out.startsWith("against a"));
        for (const char* words :
             {"PSNR, dB", "SSIM", "LPIPS AlexNet", "1 picture of a without a partner in c: 0002.",
              "precision and recall need pytorch-fid's", "SCALEKV_METRIC_WEIGHTS"})
            QVERIFY2(outcome.out.contains(words), words);
        QCOMPARE(QByteArray::fromStdString(test::readBytes(path("pairs.csv"))).count('\n'), 6);
        const QJsonObject report =
            QJsonDocument::fromJson(QByteArray::fromStdString(test::readBytes(path("report.json")))).object();
        QCOMPARE(report["folders"].toArray().size(), 2);
        QVERIFY(report["folders"][0]["figures"]["lpips_alex"]["value"].toDouble() > 0);
    }

    void jsonOnStandardOutput() {
        draw("a", 2, 40, 0);
        draw("b", 2, 40, 5);
        const Outcome outcome = run({"metrics", "a", "b", "--json", "--quiet"});
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY(outcome.err.isEmpty());
        const QJsonObject report = QJsonDocument::fromJson(outcome.out).object();
        QCOMPARE(report["folders"][0]["pairs"].toArray().size(), 2);
        QCOMPARE(report["missing"].toArray().size(), 2);
    }

    void theEnvironmentsWeights() {
        draw("a", 2, 40, 0);
        draw("b", 2, 40, 5);
        qputenv(kMetricWeightsVariable, weights_.path().toUtf8());
        const Outcome found = run({"metrics", "a", "b"});
        QVERIFY(found.out.contains("LPIPS AlexNet"));
        const Outcome asked = run({"metrics", "a", "b", "--lpips", "vgg"});
        QCOMPARE(asked.exitCode, 1);
        QVERIFY(asked.err.contains("vgg16-397923af.pth"));
        QCOMPARE(asked.errorLines().size(), 1);
    }

    void realPicturesOfOtherSizes() {
        draw("real", 2, 64, 0);
        draw("made", 2, 40, 5);
        const Outcome told = run({"metrics", "real", "made"});
        QVERIFY(
            told.out.contains("2 pictures of made of another size than the partner, left out (--reference "
                              "resizes the first folder's): 0000 (64x64 and 40x40)"));
        const Outcome resized = run({"metrics", "real", "made", "--reference"});
        QVERIFY(!resized.out.contains("left out") && resized.out.contains("PSNR"));
    }

    void failsInOneSentence() {
        draw("a", 1, 40, 0);
        const Outcome none = run({"metrics", "a", "nowhere"});
        QCOMPARE(none.exitCode, 1);
        QCOMPARE(none.errorLines().size(), 1);
        QVERIFY(none.err.contains("nowhere"));
        test::writeBytes(path("w.pth"), "something else");
        const Outcome weights = run({"metrics", "a", "a", "--weights", "w.pth"});
        QCOMPARE(weights.exitCode, 1);
        QCOMPARE(weights.errorLines().size(), 1);
        // By the program itself, so that main() passes on what its command line says.
        test::checkWrongUse(run({"metrics", "a"}), QStringLiteral("others"));
        test::checkWrongUse(run({"metrics", "a", "a", "--lpips", "resnet"}), QStringLiteral("resnet"));
        test::checkWrongUse(run({"metrics", "a", "a", "--fid", "dirty"}), QStringLiteral("dirty"));
    }

    void ctrlCStops() {
        draw("a", 9, 512, 0);
        draw("b", 9, 512, 3);
        (void)test::seededLpips(weights_.path().toStdString(), LpipsNet::Vgg);
        QProcess process;
        process.setWorkingDirectory(folder_->path());
        process.setReadChannel(QProcess::StandardError);
        process.start(test::scalekvProgram(),
                      {"metrics", "a", "b", "--weights", weights_.path(), "--csv", "pairs.csv"});
        QVERIFY(process.waitForStarted());
        // At the first of nine pairs, which take VGG16 many seconds.
        while (process.state() != QProcess::NotRunning && !process.peek(100000).contains("pairs of b"))
            process.waitForReadyRead(1000);
        QVERIFY(process.state() == QProcess::Running);
        QCOMPARE(::kill(pid_t(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(process.readAllStandardOutput().isEmpty());
        QVERIFY(!std::filesystem::exists(path("pairs.csv")));
    }
};

QTEST_APPLESS_MAIN(TestCliMetrics)
#include "tst_cli_metrics.moc"
