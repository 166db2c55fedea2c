// Comparing without the window's place: the session's jobs, and that they give what the command line gives.

#include "tests/cli/program.h"
#include "tests/mutate.h"
#include "tests/small_model.h"
#include "tests/ui/studio_fixture.h"
#include "tests/without_times.h"
#include "ui/shell/engine_session.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

#include <filesystem>

using namespace scalekv;
using namespace scalekv::ui;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr int kPatience = StudioFixture::kPatience;

PolicyChoice choiceOf(const std::string& name, const std::string& budget) {
    PolicyChoice choice;
    choice.name = name;
    choice.budget = Budget::parse(budget);
    return choice;
}

} // namespace

class TestCompareSession : public QObject {
    Q_OBJECT

    std::unique_ptr<EngineSession> session_;
    std::unique_ptr<QTemporaryDir> folder_;
    GenerationRequest request_;
    ResultPtr full_, snapkv_;

    fs::path path(const char* name) const { return fs::path(folder_->path().toStdString()) / name; }
    QString text(const char* name) const { return folder_->filePath(QString::fromLatin1(name)); }
    json resultsIn(const char* name) const {
        return test::withoutTimes(json::parse(test::readBytes(path(name) / "results.json")));
    }
    ResultPtr generate(const PolicyChoice& policy) {
        GenerationRequest request = request_;
        request.policy = policy;
        QSignalSpy finished(session_.get(), &EngineSession::finished);
        session_->generate(request);
        return finished.wait(kPatience) ? finished.at(0).at(0).value<ResultPtr>() : nullptr;
    }
    ComparisonSettings settings() const {
        ComparisonSettings settings;
        settings.request = request_;
        settings.seeds = {3, 4};
        settings.choices = {choiceOf("snapkv", "20%"), choiceOf("streaming-llm", "20%")};
        return settings;
    }
    /// `scalekv compare` for the same.
    test::Outcome commandLine(const QStringList& arguments) const {
        return test::runScalekv(folder_->path(),
                                QStringList{"compare", "--model", test::smallModelPath(), "--size=0.06M",
                                            "--precision=fp32", "--cfg=3", "--seed=3", "-p",
                                            QString::fromStdString(request_.prompts.front())} +
                                    arguments);
    }

private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setApplicationVersion(QStringLiteral(SCALEKV_VERSION)); // it is part of the results
        session_ = std::make_unique<EngineSession>();
        QSignalSpy loaded(session_.get(), &EngineSession::modelLoaded);
        QVERIFY(!test::smallModelPath().isEmpty());
        ModelChoice choice{test::smallModelPath(), {}};
        choice.options.precision = Precision::Float32;
        session_->loadModel(choice);
        QVERIFY(loaded.wait(kPatience));
        request_ = recommendedRequest(session_->model().files);
        request_.prompts = {"a red apple on a blue background"};
        request_.seed = 3;
        request_.size = "0.06M";
        request_.cfg = {3};
        full_ = generate({});
        snapkv_ = generate(choiceOf("snapkv", "20%"));
        QVERIFY(full_ && snapkv_);
    }
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void runsOfTheWindowAreAComparisonOfTheCommandLine() {
        QSignalSpy measured(session_.get(), &EngineSession::measured);
        QSignalSpy progressed(session_.get(), &EngineSession::comparisonProgressed);
        QSignalSpy finished(session_.get(), &EngineSession::measureFinished);
        session_->measure({full_, {snapkv_}, true});
        QCOMPARE(session_->state(), EngineSession::State::Comparing);
        QVERIFY(finished.wait(kPatience));
        QCOMPARE(session_->state(), EngineSession::State::Idle);
        QCOMPARE(measured.count(), 1);
        QCOMPARE(measured.at(0).at(0).value<ResultPtr>(), full_);
        QCOMPARE(measured.at(0).at(1).value<ResultPtr>(), snapkv_);
        QCOMPARE(progressed.back().at(0).value<ComparisonProgress>().progress.done, 1.0);
        const auto figures = measured.at(0).at(2).value<TeacherForcedFigures>();
        const std::vector<ComparedRun> runs{comparedRun(*full_), comparedRun(*snapkv_, figures)};
        writeReport(path("window"), runs);

        const auto outcome =
            commandLine({"--policies=snapkv", "--budgets=20%", "--kl-by-layer", "-o", "line", "-q"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(QString::fromStdString(resultsIn("window").dump(1)),
                 QString::fromStdString(resultsIn("line").dump(1)));
        for (const char* name :
             {"pictures/001-seed3-full.png", "pictures/001-seed3-snapkv-20pct.png", "kl-by-layer.csv"})
            QVERIFY2(test::readBytes(path("window") / name) == test::readBytes(path("line") / name), name);
        QVERIFY(fs::exists(path("window/report.html")) && fs::exists(path("line/report.html")));
    }

    void aFolderIsTheCommandLines() {
        QSignalSpy started(session_.get(), &EngineSession::compareStarted);
        QSignalSpy full(session_.get(), &EngineSession::fullFinished);
        QSignalSpy choices(session_.get(), &EngineSession::choiceFinished);
        QSignalSpy stopped(session_.get(), &EngineSession::comparisonStopped);
        QSignalSpy finished(session_.get(), &EngineSession::compareFinished);
        // Stopped after the first picture, whose figures and pixels came as signals.
        const QMetaObject::Connection once =
            connect(session_.get(), &EngineSession::choiceFinished, this, [this] { session_->stop(); });
        session_->compare({text("window"), settings(), ResultsStart::Continue});
        session_->generate(request_); // is not begun
        QVERIFY(stopped.wait(kPatience));
        disconnect(once);
        QCOMPARE(finished.count(), 0);
        QCOMPARE(started.count(), 1);
        QVERIFY(started.at(0).at(0).value<ComparisonPtr>()->records.empty());
        QVERIFY(full.at(0).at(1).value<QImage>() == full_->picture());
        QVERIFY(choices.at(0).at(1).value<QImage>() == snapkv_->picture());
        const auto before = readResults(path("window")).records.size();
        QVERIFY(before >= 1 && before < 4);

        // The same job goes on from there, as the command line would.
        session_->compare({text("window"), settings(), ResultsStart::Continue});
        QVERIFY(finished.wait(kPatience));
        QCOMPARE(started.at(1).at(0).value<ComparisonPtr>()->records.size(), before);
        const auto comparison = finished.at(0).at(0).value<ComparisonPtr>();
        QVERIFY(comparison->complete());
        const auto outcome = commandLine(
            {"--seeds=2", "--policies=snapkv,streaming-llm", "--budgets=20%", "-o", "line", "-q"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(QString::fromStdString(resultsIn("window").dump(1)),
                 QString::fromStdString(resultsIn("line").dump(1)));

        // And either opens what the other left.
        session_->compare({text("line"), readResults(path("line")).settings, ResultsStart::Continue});
        QVERIFY(finished.wait(kPatience));
        QCOMPARE(choices.count(), 4);
        const auto again =
            commandLine({"--seeds=2", "--policies=snapkv,streaming-llm", "--budgets=20%", "-o", "window"});
        QVERIFY2(again.exitCode == 0, again.err.constData());
        QVERIFY(!again.err.contains("seed 3:")); // nothing was made
    }

    void whatCannotBeMeasured() {
        QSignalSpy failed(session_.get(), &EngineSession::comparisonFailed);
        auto other = std::make_shared<GenerationResult>(*snapkv_);
        other->recipe.request.cfg = {5};
        session_->measure({full_, {other}, false});
        QVERIFY(failed.wait(kPatience));
        QVERIFY(failed.back().at(0).toString().contains(QStringLiteral("cfg is 5.0, not 3.0")));
        auto opened = std::make_shared<GenerationResult>(*full_);
        opened->bits.clear();
        session_->measure({opened, {snapkv_}, false});
        QVERIFY(failed.wait(kPatience));
        QVERIFY(failed.back().at(0).toString().contains(QStringLiteral("repeat it here")));
        auto foreign = std::make_shared<GenerationResult>(*snapkv_);
        foreign->recipe.model.transformer = "sha256:other";
        session_->measure({full_, {foreign}, false});
        QVERIFY(failed.wait(kPatience));
        QCOMPARE(session_->state(), EngineSession::State::Idle);
        session_->compare({text("nowhere"), {}, ResultsStart::Continue});
        QVERIFY(failed.wait(kPatience));
        QVERIFY(failed.back().at(0).toString().contains(QStringLiteral("prompt")));
    }

    void stoppingAMeasurement() {
        QSignalSpy stopped(session_.get(), &EngineSession::comparisonStopped);
        session_->measure({full_, {snapkv_}, true});
        session_->stop();
        QVERIFY(stopped.wait(kPatience));
        QCOMPARE(session_->state(), EngineSession::State::Idle);
    }

    void aModelWaitsForAComparison() {
        QSignalSpy finished(session_.get(), &EngineSession::measureFinished);
        QSignalSpy loaded(session_.get(), &EngineSession::modelLoaded);
        session_->measure({full_, {snapkv_}, false});
        session_->loadModel({test::smallModelPath(), {}});
        QVERIFY(session_->nextModel());
        QVERIFY(loaded.wait(kPatience));
        QCOMPARE(finished.count(), 1);
    }
};

QTEST_MAIN(TestCompareSession)
#include "tst_compare_session.moc"
