#pragma once

#include "ui/runs/generation_result.h"
#include "ui/shell/model_summary.h"

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
    /// Ends with finished, rejected (a setting is wrong: nothing was begun), failed or stopped.
    void generate(const GenerationRequest& request, const std::stop_token& stop);
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
    /// At most about thirty times a second whatever the speed of the model, and after the last layer of each
    /// scale.
    void layerFinished(const scalekv::LayerProgress& progress);
    void scaleFinished(const scalekv::ScaleReport& report, const QImage& picture);
    void finished(const scalekv::ui::ResultPtr& result);
    void rejected(const QString& message);
    void failed(const QString& message);
    void stopped();

private:
    class Observer;

    std::shared_ptr<const Model> model_;
    ModelSummary summary_;
};

} // namespace scalekv::ui
