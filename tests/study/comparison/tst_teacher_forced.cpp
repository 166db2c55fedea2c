#include "scalekv/error.h"
#include "scalekv/run_difference.h"
#include "scalekv/teacher_forced.h"
#include "tests/message_of.h"
#include "tests/small_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace scalekv;

namespace {

PolicyChoice choiceOf(const std::string& name, const std::string& budget) {
    PolicyChoice choice;
    choice.name = name;
    choice.budget = Budget::parse(budget);
    return choice;
}

/// Keeps the bits of a run.
class BitKeeper final : public GenerationObserver {
public:
    void bitsChosen(int /*scale*/, const ScaleBits& chosen) override { bits.push_back(chosen); }
    std::vector<ScaleBits> bits;
};

class Watcher final : public TeacherForcedObserver {
public:
    void progressed(const ComparisonProgress& progress) override {
        rising = rising && progress.progress.done >= last.progress.done && progress.run <= progress.runs;
        last = progress;
    }
    void measured(int choice, const TeacherForcedFigures& /*figures*/) override {
        told.push_back(choice);
        if (stopAfterOne)
            source.request_stop();
    }

    bool rising = true, stopAfterOne = false;
    ComparisonProgress last;
    std::vector<int> told;
    std::stop_source source;
};

/// Nobody is told anything.
class Nobody final : public ComparisonObserver {};

} // namespace

class TestTeacherForced : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::shared_ptr<const Model> model_;
    GenerationRequest request_;
    std::vector<ScaleBits> bits_; ///< of the full run
    GenerationReport report_;

    TeacherForcedQuestion question(std::vector<PolicyChoice> choices, bool byLayer = false) const {
        return {request_, bits_, std::move(choices), byLayer};
    }
    QString complaint(const TeacherForcedQuestion& question) const {
        Watcher watcher;
        return test::messageOf([&] { measureTeacherForced(*model_, question, watcher); });
    }

private Q_SLOTS:
    void initTestCase() {
        LoadOptions options;
        options.precision = Precision::Float32;
        QVERIFY(test::makeSmallModel(folder_.path(), 3));
        model_ = Model::load(findModel(folder_.path().toStdString()), options);
        request_.prompts = {"a red apple on a blue background"};
        request_.seed = 3;
        request_.size = "0.06M";
        request_.cfg = {3};
        BitKeeper keeper;
        report_ = prepare(model_, request_).run(keeper, {.probe = AttentionProbeOptions()});
        bits_ = keeper.bits;
    }

    void figuresAreThoseOfAComparison() {
        ComparisonSettings settings;
        settings.request = request_;
        settings.seeds = {3};
        settings.choices = {choiceOf("snapkv", "20%"), choiceOf("sliding-window", "20%")};
        Comparison comparison = plannedComparison(*model_, settings, "test");
        Nobody nobody;
        runComparison(*model_, comparison, nobody);

        Watcher watcher;
        const auto figures = measureTeacherForced(*model_, question(settings.choices), watcher);
        QCOMPARE(figures.size(), std::size_t(2));
        for (std::size_t n = 0; n < 2; ++n) {
            const TeacherForcedFigures& wanted = *comparison.records[n].teacherForced;
            QCOMPARE(figures[n].kl, wanted.kl);
            QCOMPARE(figures[n].bits, wanted.bits);
            QCOMPARE(figures[n].klPerScale, wanted.klPerScale);
            QCOMPARE(figures[n].bitsPerScale, wanted.bitsPerScale);
            QCOMPARE(figures[n].cost.kvBytes, wanted.cost.kvBytes);
            QVERIFY(figures[n].klPerLayer.empty());
        }
        QCOMPARE(watcher.told, (std::vector<int>{0, 1}));
        QVERIFY(watcher.rising);
        QCOMPARE(watcher.last.runs, 3);
        QCOMPARE(watcher.last.progress.done, 1.0);

        // The ordinary run that a window makes: the same bits, and the same cost but for the time.
        QCOMPARE(bitsDigest(bits_), comparison.full.front().digest);
        const RunCost cost = runCost(report_).value(), wanted = comparison.full.front().cost;
        QCOMPARE(cost.kvBytes, wanted.kvBytes);
        QCOMPARE(cost.peakKvBytes, wanted.peakKvBytes);
        QCOMPARE(cost.scratchBytes, wanted.scratchBytes);
        QVERIFY(cost.seconds > 0 && cost.seconds < report_.totalSeconds);
    }

    void layersByThemselves() {
        Watcher watcher;
        const auto figures =
            measureTeacherForced(*model_, question({choiceOf("snapkv", "20%"), {}}, true), watcher);
        const int layers = model_->layers();
        QCOMPARE(watcher.last.runs, 1 + 2 * (1 + layers));
        QCOMPARE(watcher.last.run, watcher.last.runs);
        QCOMPARE(int(figures[0].klPerLayer.size()), layers);
        // Nothing goes before scale 4 (20 % of 265 tokens, see tst_comparison); what one layer loses is felt
        // from then on, and the full cache loses nothing anywhere.
        for (int layer = 0; layer < layers; ++layer)
            for (std::size_t k = 0; k < 7; ++k) {
                const double kl = figures[0].klPerLayer[std::size_t(layer)][k];
                QVERIFY2(k < 4 ? kl < 1e-9 : kl > 1e-12,
                         qPrintable(QStringLiteral("layer %1, scale %2: %3").arg(layer).arg(k).arg(kl)));
            }
        QCOMPARE(figures[1].klPerLayer, std::vector(std::size_t(layers), std::vector<double>(7, 0.0)));
        QVERIFY(figures[0].klPerLayer[0] != figures[0].klPerLayer[1]);
    }

    /// What the one layer's evictions do is then all that evictions do.
    void aSingleLayerIsTheWhole() {
        const QTemporaryDir folder;
        QVERIFY(test::makeSmallModel(folder.path(), 1));
        LoadOptions options;
        options.precision = Precision::Float32;
        const auto model = Model::load(findModel(folder.path().toStdString()), options);
        QCOMPARE(model->layers(), 1);
        BitKeeper keeper;
        (void)prepare(model, request_).run(keeper);
        Watcher watcher;
        const auto figures = measureTeacherForced(
            *model,
            {request_, keeper.bits, {choiceOf("snapkv", "20%"), choiceOf("streaming-llm", "10%")}, true},
            watcher);
        for (const TeacherForcedFigures& found : figures) {
            QCOMPARE(found.klPerLayer.size(), std::size_t(1));
            QCOMPARE(found.klPerLayer[0], found.klPerScale);
            QVERIFY(found.kl > 0);
        }
    }

    void stoppingKeepsWhatWasTold() {
        Watcher watcher;
        watcher.stopAfterOne = true;
        QVERIFY_EXCEPTION_THROWN(
            measureTeacherForced(*model_, question({choiceOf("snapkv", "20%"), choiceOf("snapkv", "10%")}),
                                 watcher, watcher.source.get_token()),
            Cancelled);
        QCOMPARE(watcher.told, (std::vector<int>{0}));
    }

    void whatCannotBeMeasured() {
        TeacherForcedQuestion few = question({choiceOf("snapkv", "20%")});
        few.bits.pop_back();
        QVERIFY(complaint(few).contains(QStringLiteral("reach only to scale 6")));
        TeacherForcedQuestion other = question({choiceOf("snapkv", "20%")});
        std::swap(other.bits[2], other.bits[3]);
        QVERIFY(complaint(other).contains(QStringLiteral("The bits of scale 3 are not this run's")));
        TeacherForcedQuestion layers = question({choiceOf("snapkv", "20%")}, true);
        layers.reference.policy = choiceOf("snapkv", "50%");
        QVERIFY(complaint(layers).contains(QStringLiteral("not against snapkv 50 %")));
        QVERIFY(complaint(question({choiceOf("snapkv", "1%")})).contains(QStringLiteral("budget")));
    }
};

QTEST_APPLESS_MAIN(TestTeacherForced)
#include "tst_teacher_forced.moc"
