#pragma once

#include "scalekv/calibration.h"
#include "scalekv/model.h"
#include "scalekv/observer.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

/// Calibrating a model: measuring how selective each layer's attention is at each scale, over some prompts,
/// to tell drafters from refiners (ScaleKV, Li et al. 2025, section 3.2). No LibTorch in this header.
namespace scalekv {

/// How a calibration tells its caller where it is. Called on the thread that runs it; every function may be
/// left out.
class CalibrationObserver {
public:
    virtual ~CalibrationObserver() = default;
    /// `finished` of the prompts were found in the file.
    virtual void calibrationStarted(std::size_t /*finished*/, std::size_t /*prompts*/) {}
    /// After each layer. `progress`: of what there was left to do.
    virtual void layerFinished(std::size_t /*prompt*/, int /*scale*/, const Progress& /*progress*/) {}
    /// The file holds it now.
    virtual void promptFinished(std::size_t /*prompt*/) {}
};

/// As a calibration names a model.
CalibratedModel calibratedModel(const std::string& name, const ModelIdentity& identity, std::int64_t layers,
                                std::int64_t heads);
/// As calibrate() takes settings: with the full cache, in the model's precision.
CalibrationSettings calibrationSettings(CalibrationSettings settings, const std::string& precision);

/// Throws Error, in one sentence with a way out, where `found`, which was read from `file`, is not what
/// calibrate() would go on with: of another model, or of other settings.
void checkContinues(const Calibration& found, const std::filesystem::path& file, const CalibratedModel& model,
                    const CalibrationSettings& settings);

/// Prompts of its settings, from 0, that were not measured, or by an older program that did not yet ask all
/// that this one does: calibrate() would measure them.
std::vector<std::size_t> promptsLeft(const Calibration& calibration);

/// Runs the prompts that `file` does not hold yet, or not with all figures, since an older program made it,
/// and saves it after each. Where the file does not exist it is made. A run that was stopped and continued
/// writes the same file as one that was not. The settings' policy and precision are not read: calibration
/// runs with the full cache in the model's precision, and decodes nothing. Throws Error for bad settings,
/// where `file` is of another model or other settings, or cannot be read or written; Cancelled within one
/// layer's work after `stop` was requested: the file then holds what was finished.
Calibration calibrate(const Model& model, CalibrationSettings settings, const std::filesystem::path& file,
                      CalibrationObserver& observer, std::stop_token stop = {});

} // namespace scalekv
