#pragma once

#include "scalekv/comparison.h"
#include "ui/runs/calibrate_job.h"
#include "ui/runs/comparison_job.h"
#include "ui/runs/generation_result.h"
#include "ui/runs/recordings.h"
#include "ui/shell/model_summary.h"
#include "ui/shell/planner.h"

#include <QObject>
#include <QThread>

#include <functional>
#include <optional>
#include <stop_token>

namespace scalekv::ui {

class CalibrationWorker;
class ComparisonWorker;
class EngineWorker;

/// The window's side of the engine: owns the worker and its thread, knows what it is doing, and ends it
/// cleanly.
class EngineSession : public QObject {
    Q_OBJECT
public:
    enum class State {
        Idle,
        Loading,
        Generating,
        Looking,   ///< a finished run is repeated to see more of it
        Comparing, ///< runs are measured against another, or many made and compared
        Calibrating
    };

    explicit EngineSession(QObject* parent = nullptr);
    /// Asks running work to stop and waits for it: at most one layer's work.
    ~EngineSession() override;

    State state() const { return state_; }
    bool hasModel() const { return model_.has_value(); }
    /// Only with hasModel().
    const ModelSummary& model() const { return *model_; }
    /// What a request will do and hold: in microseconds, also while work goes on (a model never changes).
    /// None without a model; throws Error where it cannot be done.
    std::optional<GenerationPlan> plan(const GenerationRequest& request) const;
    /// The same, for whoever need not know a session; lives no longer than this.
    Planner planner() const {
        return [this](const GenerationRequest& request) { return plan(request); };
    }
    /// The model that will be loaded when the running work has ended.
    std::optional<ModelChoice> nextModel() const { return next_; }

    /// Loads at once if idle, else as soon as the running work has ended. A later choice replaces an earlier
    /// one.
    void loadModel(const ModelChoice& choice);
    // Each of these begins if there is a model and it is idle; else nothing happens, and it is false.

    bool generate(const GenerationRequest& request);
    /// Repeats a finished run, for what was not recorded of it: ends with recorded, lookFailed or
    /// lookStopped.
    bool record(const ResultPtr& run);
    /// Measures finished runs against another: measured for each, then measureFinished, comparisonFailed or
    /// comparisonStopped.
    bool measure(const MeasureJob& job);
    /// Makes and compares runs into a folder, as `scalekv compare` does: compareStarted, fullFinished and
    /// choiceFinished as they come, then compareFinished, comparisonFailed or comparisonStopped. What is
    /// finished is in the folder; the same job goes on from there.
    bool compare(const CompareJob& job);
    /// Calibrates the model into a file: calibrated, calibrationFailed or calibrationStopped.
    bool calibrate(const CalibrateJob& job);

    /// Repeats a finished run for a question about it. While another is answered, which is then given up, or
    /// a run is recorded, it waits. `bits`: those of the run. Ends with looked, lookFailed or lookStopped.
    void look(const ResultPtr& run, const std::vector<ScaleBits>& bits, const LookQuestion& question);

    /// Whether attention is recorded while pictures are made.
    bool isRecording() const { return recording_; }
    void setRecording(bool on) { recording_ = on; }
    /// Whether it is of the picture in the making.
    bool recordsPicture() const { return state_ == State::Generating && recordsPicture_; }
    /// Ends what runs within one layer's work. Also gives up a model that waits to be loaded.
    void stop();
    /// Gives up a look, running or waiting; a run that is being recorded goes on.
    void stopLook();
    /// Ends what runs; what waits for its end, a model first of all, comes then.
    void stopWork();

Q_SIGNALS:
    void stateChanged(scalekv::ui::EngineSession::State state);
    void devicesListed(const QStringList& devices);
    void loadProgress(double done, const QString& what);
    void modelLoaded(const scalekv::ui::ModelSummary& model);
    void modelFailed(const QString& path, const QString& message);
    void loadStopped();

    void generationStarted(const scalekv::GenerationPlan& plan);
    void progressed(const scalekv::Progress& progress);
    void scaleStarted(int scale);
    void layersFinished(const QVector<scalekv::LayerProgress>& layers);
    void bitsChosen(int scale, const scalekv::ScaleBits& bits);
    void scaleFinished(const scalekv::ScaleReport& report, const QImage& picture);
    void finished(const scalekv::ui::ResultPtr& result);
    void rejected(const QString& message);
    void recorded(const scalekv::ui::ResultPtr& run, const scalekv::ui::RecordPtr& record);
    void looked(const scalekv::ui::ResultPtr& run, const scalekv::ui::LookPtr& look);
    void lookFailed(const QString& message);
    /// A look was given up before it was answered.
    void lookStopped();
    void failed(const QString& message);
    void stopped();

    /// Of either comparing job.
    void comparisonProgressed(const scalekv::ComparisonProgress& progress);
    void measured(const scalekv::ui::ResultPtr& reference, const scalekv::ui::ResultPtr& run,
                  const scalekv::TeacherForcedFigures& figures);
    void measureFinished();
    void compareStarted(const scalekv::ui::ComparisonPtr& comparison);
    void fullFinished(const scalekv::FullRecord& record, const QImage& picture, bool again);
    void choiceFinished(const scalekv::ChoiceRecord& record, const QImage& picture);
    void compareFinished(const scalekv::ui::ComparisonPtr& comparison);
    void comparisonFailed(const QString& message);
    void comparisonStopped();

    void calibrationProgressed(const scalekv::Progress& progress, int prompt, int prompts);
    void calibrated(const QString& file, const scalekv::ui::CalibrationPtr& calibration);
    void calibrationFailed(const QString& message);
    void calibrationStopped();

private:
    void setState(State state);
    void startLoading();
    void workEnded();
    void begin(State state, std::function<void(EngineWorker&, const std::stop_token&)> work);
    void connectComparisons();
    void connectCalibration();
    bool mayBegin() const;
    std::weak_ptr<const Model> weights() const;
    bool beginWork(State state, std::function<void(EngineWorker&, const std::stop_token&)> work);

    QThread thread_;
    EngineWorker* worker_;          ///< lives on thread_, deleted when it ends
    ComparisonWorker* comparer_;    ///< likewise
    CalibrationWorker* calibrator_; ///< likewise
    std::stop_source stop_{std::nostopstate};
    State state_ = State::Idle;
    std::optional<ModelSummary> model_;
    std::optional<ModelChoice> next_;
    std::function<void()> nextLook_; ///< waits for the running one to end
    bool recordsRun_ = false;        ///< what repeats a run records it, and is not given up for a look
    bool recording_ = true;
    bool recordsPicture_ = false; ///< what recording_ was when the picture was begun
};

} // namespace scalekv::ui
