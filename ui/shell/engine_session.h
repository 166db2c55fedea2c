#pragma once

#include "ui/runs/generation_result.h"
#include "ui/shell/model_summary.h"

#include <QObject>
#include <QThread>

#include <optional>
#include <stop_token>

namespace scalekv::ui {

class EngineWorker;

/// The window's side of the engine: owns the worker and its thread, knows what it is doing, and ends it
/// cleanly.
class EngineSession : public QObject {
    Q_OBJECT
public:
    enum class State { Idle, Loading, Generating };

    explicit EngineSession(QObject* parent = nullptr);
    /// Asks running work to stop and waits for it: at most one layer's work.
    ~EngineSession() override;

    State state() const { return state_; }
    bool hasModel() const { return model_.has_value(); }
    /// Only with hasModel().
    const ModelSummary& model() const { return *model_; }
    /// The model that will be loaded when the running work has ended.
    std::optional<ModelChoice> nextModel() const { return next_; }

    /// Loads at once if idle, else as soon as the running work has ended. A later choice replaces an earlier
    /// one.
    void loadModel(const ModelChoice& choice);
    /// Does nothing unless idle with a model.
    void generate(const GenerationRequest& request);
    /// Ends what runs within one layer's work. Also gives up a model that waits to be loaded.
    void stop();
    /// Ends the running generation so that the model which waits is loaded now.
    void stopAndLoad();

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
    void layerFinished(const scalekv::LayerProgress& progress);
    void scaleFinished(const scalekv::ScaleReport& report, const QImage& picture);
    void finished(const scalekv::ui::ResultPtr& result);
    void rejected(const QString& message);
    void failed(const QString& message);
    void stopped();

private:
    void setState(State state);
    void startLoading();
    void workEnded();

    QThread thread_;
    EngineWorker* worker_; ///< lives on thread_, deleted when it ends
    std::stop_source stop_{std::nostopstate};
    State state_ = State::Idle;
    std::optional<ModelSummary> model_;
    std::optional<ModelChoice> next_;
};

} // namespace scalekv::ui
