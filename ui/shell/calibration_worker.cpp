#include "ui/shell/calibration_worker.h"

#include "scalekv/calibrate.h"
#include "scalekv/error.h"
#include "scalekv/write_file.h"
#include "ui/shell/engine_message.h"
#include "ui/shell/signal_gate.h"

#include <filesystem>

namespace scalekv::ui {

class CalibrationWorker::Observer final : public CalibrationObserver {
public:
    explicit Observer(CalibrationWorker& worker) : worker_(worker) {}

    void calibrationStarted(std::size_t /*finished*/, std::size_t prompts) override {
        prompts_ = int(prompts);
    }
    void layerFinished(std::size_t prompt, int /*scale*/, const Progress& progress) override {
        if (gate_.lets(!(progress.secondsLeft > 0)))
            Q_EMIT worker_.progressed(progress, int(prompt) + 1, prompts_);
    }

private:
    CalibrationWorker& worker_;
    SignalGate gate_;
    int prompts_ = 0;
};

void CalibrationWorker::calibrate(const std::shared_ptr<const Model>& model, const CalibrateJob& job,
                                  const std::stop_token& stop) {
    try {
        if (!model)
            throw Error("No model is loaded. Choose one first.");
        const std::filesystem::path file = job.file.toStdString();
        std::error_code unknown;
        if (!std::filesystem::exists(file, unknown)) // before minutes of work rather than after
            checkWritable(file);
        Observer observer(*this);
        Q_EMIT finished(job.file, std::make_shared<const Calibration>(
                                      scalekv::calibrate(*model, job.settings, file, observer, stop)));
    } catch (const Cancelled&) {
        Q_EMIT stopped();
    } catch (const std::exception& error) {
        Q_EMIT failed(messageOf(error));
    }
}

} // namespace scalekv::ui
