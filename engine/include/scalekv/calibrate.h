#pragma once

#include "scalekv/calibration.h"
#include "scalekv/pipeline.h"

#include <filesystem>
#include <stop_token>
#include <string>

/// Calibrating a model: measuring how selective each layer's attention is at each scale, over some prompts,
/// to tell drafters from refiners (ScaleKV, Li et al. 2025, section 3.2). No LibTorch in this header.
namespace scalekv {

/// What to calibrate with. The policy and preview of `generation` are not read: calibration runs with the
/// full cache and decodes nothing.
struct CalibrationRequest {
    GenerationRequest generation; ///< `prompts`: all of them, run one by one; the i-th with seed + i
    double topShare = AttentionProbeOptions().topShare;
    std::int64_t queries = AttentionProbeOptions().queries;
    double drafterShare = kDrafterShare;
};

/// How a calibration tells its caller where it is. Called on the thread that runs it; every function may be
/// left out.
class CalibrationObserver {
public:
    virtual ~CalibrationObserver() = default;
    /// `finished` of the prompts were found in the file.
    virtual void calibrationStarted(std::size_t /*finished*/, std::size_t /*prompts*/) {}
    /// After each layer. `workDone`: 0 … 1 of what is left to do in this run.
    virtual void layerFinished(std::size_t /*prompt*/, int /*scale*/, double /*workDone*/) {}
    /// The file holds it now.
    virtual void promptFinished(std::size_t /*prompt*/) {}
};

/// The settings that a request comes to for a model.
CalibrationSettings calibrationSettings(const CalibrationRequest& request, const Model& model);

/// Runs the prompts that `file` does not hold yet and saves it after each. Where the file does not exist it
/// is made. A run that was stopped and continued writes the same file as one that was not. Throws Error for a
/// bad request, where `file` is of another model or other settings, or cannot be read or written; Cancelled
/// within one layer's work after `stop` was requested: the file then holds what was finished.
Calibration calibrate(const Model& model, const CalibrationRequest& request,
                      const std::filesystem::path& file, CalibrationObserver& observer,
                      std::stop_token stop = {});

/// The fingerprint of a model's transformer. Throws Error where its file cannot be read (any more).
std::string fingerprintOf(const Model& model);

/// Whether a calibration is this model's: "" or a sentence for people, where the weights are others. That is
/// no error, since models that were fine-tuned from one another may share their roles. Throws Error where
/// layers or heads do not fit.
std::string calibrationNote(const Calibration& calibration, const Model& model);

} // namespace scalekv
