#pragma once

#include "scalekv/layer_attention.h"
#include "scalekv/model_identity.h"
#include "scalekv/request.h"
#include "scalekv/roles.h"
#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What a calibration measured and how, and its file. Making one: engine/study/calibration/.
namespace scalekv {

struct CalibratedModel {
    std::string name;        ///< for people
    std::string fingerprint; ///< ModelIdentity::transformer
    std::int64_t layers = 0;
    std::int64_t heads = 0;
    std::string textEncoder = {}; ///< ModelIdentity::textEncoder; empty where it is not known
    bool operator==(const CalibratedModel&) const = default;
};

/// Everything that decides the figures, besides the model.
struct CalibrationSettings {
    /// What is generated, always with the full cache: `prompts` one by one, the i-th with seed + i.
    GenerationRequest request;
    double topShare = AttentionProbeOptions().topShare;
    std::int64_t queries = AttentionProbeOptions().queries;
    double drafterShare = kDrafterShare;
    std::string precision; ///< of the model: "bf16" or "fp32"

    ScaleSchedule schedule() const { return scaleSchedule(request.size, request.aspectRatio); }
};

/// The stored form, as it stands in a calibration's file.
std::string toJson(const CalibrationSettings& settings);
/// Throws Error "WHAT: FIELD …", also where settingProblem() finds something.
CalibrationSettings calibrationSettingsFromJson(const std::string& json, const std::string& what);

/// The first setting that cannot be so, none where all is well: "top_share", "queries", "drafter_share", or
/// one of the request's.
std::optional<SettingProblem> settingProblem(const CalibrationSettings& settings,
                                             const SettingTerms& terms = {});

/// What one prompt gave: both factors of the attention selectivity, `[scale][layer · heads + head]`: means
/// over queries and sequences. Rows of scale 0 are empty: it has no history.
struct PromptSelectivity {
    std::vector<std::vector<double>> current; ///< weight on the current map
    std::vector<std::vector<double>> top;     ///< weight on the top of the history
    /// S-CAS (Cederlund et al. 2026), `[source scale][layer · heads + head]`: weight that the conditional
    /// half's later maps give to a scale, a mean over queries and these maps. Rows of the scales that heads
    /// keep whole, and of the last, are empty. Empty altogether where an older program measured.
    std::vector<std::vector<double>> attended = {};
    /// What HACK asks: HeadKinds::attention of the conditional half, and of each head (`layer · heads +
    /// head`) how much its queries of the last scale differ in what they look at, see attentionVariance().
    /// Both empty where an older program measured.
    std::vector<std::vector<std::vector<float>>> attention = {};
    std::vector<double> variance = {};

    /// Nothing that this program measures is missing.
    bool whole() const { return !attended.empty() && !attention.empty() && !variance.empty(); }
    bool operator==(const PromptSelectivity&) const = default;
};

struct Calibration {
    CalibratedModel model;
    CalibrationSettings settings;
    std::vector<PromptSelectivity> measured; ///< of the first prompts; of all when it is complete
    /// What follows from `measured`; as it stands in the file where it was read from one.
    RoleTable roles;

    bool complete() const { return measured.size() == settings.request.prompts.size(); }
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
std::string firstDifference(const CalibrationSettings& made, const CalibrationSettings& wanted);

/// Why a calibration is not a model's own, in one sentence; "" where it is. `canBeUsed` tells whether it
/// can be used all the same (same layers and heads, other weights: models fine-tuned from one another may
/// share their roles).
std::string calibrationProblem(const CalibratedModel& made, const ModelIdentity& model, std::int64_t layers,
                               std::int64_t heads, bool* canBeUsed = nullptr);

/// What is to be said when the calibration of `file` is used with a model: a sentence where it is of other
/// weights, "" where it is the model's own. Throws Error, which names the file, where it cannot be used.
std::string noteOnUse(const Calibration& calibration, const std::filesystem::path& file,
                      const ModelIdentity& model, std::int64_t layers, std::int64_t heads);

/// The calibrated roles that say something about a run: those that its policy had, or else `own`, a model's
/// calibration (null: it has none), where the run was made with the same transformer. Null where there are
/// none, or none of as many layers. What it points to is one of the arguments'.
const RoleTable* applyingRoles(const PolicyChoice& policy, const ModelIdentity& madeWith,
                               const ModelIdentity& model, const RoleTable* own, std::int64_t layers);

} // namespace scalekv
