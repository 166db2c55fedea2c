#include "tests/study/metrics/seeded_weights.h"

#include "ui/compare/run_figures.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest/QtTest>

using namespace scalekv;
using namespace scalekv::ui;

namespace {

ResultPtr runOf(int size, int shift) {
    auto run = std::make_shared<GenerationResult>();
    run->image = {size, size, std::vector<std::uint8_t>(std::size_t(size * size * 3))};
    for (std::size_t i = 0; i < run->image.pixels.size(); ++i)
        run->image.pixels[i] = std::uint8_t((i * 7 + std::size_t(shift) * i / 50) % 251);
    return run;
}

} // namespace

/// Two pictures that were opened from files: all that is known of them is what they show.
class TestRunFigures : public QObject {
    Q_OBJECT

private:
    QTemporaryDir weights_;

    static RunFigures::Known figures(const ResultPtr& reference, const ResultPtr& run) {
        RunFigures figures;
        QSignalSpy changed(&figures, &RunFigures::changed);
        if (figures.of(reference, run) == nullptr && changed.isEmpty())
            changed.wait(60000);
        const RunFigures::Known* known = figures.of(reference, run);
        return known ? *known : RunFigures::Known{};
    }

private Q_SLOTS:
    void initTestCase() { test::seededLpips(weights_.path().toStdString(), LpipsNet::Squeeze); }
    void cleanup() { qunsetenv(kMetricWeightsVariable); }

    void lpipsIsMeasuredWhereItsWeightsAre() {
        const ResultPtr reference = runOf(64, 0), run = runOf(64, 3);
        const RunFigures::Known without = figures(reference, run);
        QVERIFY(without.difference && !without.difference->picture.lpips);
        QVERIFY(without.difference->picture.psnr > 5);
        qputenv(kMetricWeightsVariable, QFile::encodeName(weights_.path()));
        const RunFigures::Known with = figures(reference, run);
        QVERIFY(with.difference && with.difference->picture.lpips);
        QVERIFY(*with.difference->picture.lpips > 0);
        QCOMPARE(with.difference->picture.psnr, without.difference->picture.psnr);
        // No bits are known of pictures from files, which is no problem.
        QVERIFY2(with.problem.isEmpty(), qPrintable(with.problem));
        QVERIFY(!figures(runOf(16, 0), runOf(16, 1)).difference->picture.lpips); // too small a picture
    }

    void missingWeightsLeaveTheOtherFigures() {
        qputenv(kMetricWeightsVariable, QFile::encodeName(weights_.filePath(QStringLiteral("nowhere"))));
        const RunFigures::Known known = figures(runOf(64, 0), runOf(64, 3));
        QVERIFY(known.difference && !known.difference->picture.lpips);
        QVERIFY2(known.problem.contains(QStringLiteral("nowhere")), qPrintable(known.problem));
    }
};

QTEST_GUILESS_MAIN(TestRunFigures)
#include "tst_run_figures.moc"
