#pragma once

#include "scalekv/layer_attention.h"
#include "scalekv/roles.h"
#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// What a calibration measured and how, and its file. Making one: engine/calibration/.
namespace scalekv {

struct CalibratedModel {
    std::string name;        ///< for people
    std::string fingerprint; ///< see fingerprint.h
    std::int64_t layers = 0;
    std::int64_t heads = 0;
    bool operator==(const CalibratedModel&) const = default;
};

/// Everything that decides the figures, besides the model. As in GenerationRequest where the names are the
/// same.
struct CalibrationSettings {
    std::vector<std::string> prompts;
    std::string negativePrompt;
    std::uint64_t seed = 0; ///< of the first prompt; the next one's is one more, and so on
    std::string size = "1M";
    double aspectRatio = 1.0;
    std::vector<double> cfg{4.0};
    std::vector<double> tau{1.0};
    std::vector<int> cfgInsertionLayers{0};
    int topK = 900;
    double topP = 0.97;
    std::string precision; ///< "bf16" or "fp32"
    double topShare = AttentionProbeOptions().topShare;
    std::int64_t queries = AttentionProbeOptions().queries;
    double drafterShare = kDrafterShare;

    ScaleSchedule schedule() const { return scaleSchedule(size, aspectRatio); }
};

/// Both factors of the attention selectivity that one prompt gave, `[scale][layer · heads + head]`: means
/// over queries and sequences. Rows of scale 0 are empty: it has no history.
struct PromptSelectivity {
    std::vector<std::vector<double>> current; ///< weight on the current map
    std::vector<std::vector<double>> top;     ///< weight on the top of the history
    bool operator==(const PromptSelectivity&) const = default;
};

struct Calibration {
    CalibratedModel model;
    CalibrationSettings settings;
    std::vector<PromptSelectivity> measured; ///< of the first prompts; of all when it is complete
    /// What follows from `measured`; as it stands in the file where it was read from one.
    RoleTable roles;

    bool complete() const { return measured.size() == settings.prompts.size(); }
};

/// `value` as the file holds it: five significant digits. Figures are rounded before anything is computed
/// from them, so that a run that was interrupted and one that was not write the same file.
double calibrationDigits(double value);

/// Reads a calibration, finished or not (at least one prompt is). Throws Error that names file and field.
Calibration readCalibration(const std::filesystem::path& path);

/// What the file holds: settings and figures, and for people and other programs what follows from them
/// (means, Z-scores, roles, budgets, stability), none of which but the roles is read back. Throws Error
/// where no prompt was measured.
std::string toJson(const Calibration& calibration);

/// "" where `wanted` is what `made` was made with, else the first difference: "seed is 1, not 2".
std::string settingsDifference(const CalibrationSettings& made, const CalibrationSettings& wanted);

} // namespace scalekv
