#pragma once

#include "scalekv/model.h"
#include "scalekv/observer.h"
#include "ui/runs/calibrate_job.h"

#include <QObject>

#include <memory>
#include <stop_token>

namespace scalekv::ui {

/// Calibrates on the engine's thread. Everything it has to say comes as queued signals.
class CalibrationWorker : public QObject {
    Q_OBJECT
public:
    /// Ends with finished, failed or stopped: the file then holds the prompts that were measured.
    void calibrate(const std::shared_ptr<const Model>& model, const CalibrateJob& job,
                   const std::stop_token& stop);

Q_SIGNALS:
    /// At most about thirty times a second. `prompt` counts from 1.
    void progressed(const scalekv::Progress& progress, int prompt, int prompts);
    void finished(const QString& file, const scalekv::ui::CalibrationPtr& calibration);
    void failed(const QString& message);
    void stopped();

private:
    class Observer;
};

} // namespace scalekv::ui
