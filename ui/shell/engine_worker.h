#pragma once

#include "ui/runs/generation_result.h"
#include "ui/runs/recordings.h"
#include "ui/shell/model_summary.h"
#include "ui/shell/signal_gate.h"

#include <QObject>

#include <memory>
#include <stop_token>

namespace scalekv::ui {

/// Owns the engine and lives on a thread of its own. Everything it has to say comes as queued signals;
/// pictures are converted here so that the window's thread has nothing to do but paint them.
class EngineWorker : public QObject {
    Q_OBJECT
public:
    EngineWorker();
    ~EngineWorker() override;

    /// Ends with modelLoaded, modelFailed or stopped. The model before stays in use unless the new one is
    /// loaded.
    void loadModel(const ModelChoice& choice, const std::stop_token& stop);
    /// Ends with finished, rejected (a setting is wrong: nothing was begun), failed or stopped. `record`:
    /// attention is looked at, and what each layer could read.
    void generate(const GenerationRequest& request, bool record, const std::stop_token& stop);
    /// Runs a finished run again, for what was not recorded of it. Ends with recorded, lookFailed or stopped.
    void record(const ResultPtr& run, const std::stop_token& stop);
    /// Ends with looked, lookFailed or stopped.
    void look(const ResultPtr& run, const std::vector<ScaleBits>& bits, const LookQuestion& question,
              const std::stop_token& stop);
    /// Ends with devicesListed.
    void listDevices();

Q_SIGNALS:
    void devicesListed(const QStringList& devices);
    void loadProgress(double done, const QString& what);
    void modelLoaded(const scalekv::ui::ModelSummary& model);
    void modelFailed(const QString& path, const QString& message);

    void generationStarted(const scalekv::GenerationPlan& plan);
    /// At most about thirty times a second, and at the end.
    void progressed(const scalekv::Progress& progress);
    void scaleStarted(int scale);
    /// All layers that were finished since the last time: at most about thirty times a second whatever the
    /// speed of the model, and after the last layer of each scale.
    void layersFinished(const QVector<scalekv::LayerProgress>& layers);
    void bitsChosen(int scale, const scalekv::ScaleBits& bits);
    void scaleFinished(const scalekv::ScaleReport& report, const QImage& picture);
    void finished(const scalekv::ui::ResultPtr& result);
    void rejected(const QString& message);
    void recorded(const scalekv::ui::ResultPtr& run, const scalekv::ui::RecordPtr& record);
    void looked(const scalekv::ui::ResultPtr& run, const scalekv::ui::LookPtr& look);
    void lookFailed(const QString& message);
    void failed(const QString& message);
    void stopped();

private:
    class Observer;
    class Recorder;

    /// Throws Error where the model in use would not repeat the run.
    Generation repeat(const ResultPtr& run) const;
    void tellProgress(const Progress& progress);

    std::shared_ptr<const Model> model_;
    ModelSummary summary_;
    SignalGate progressGate_;
};

} // namespace scalekv::ui
