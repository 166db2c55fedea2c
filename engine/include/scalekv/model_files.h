#pragma once

#include "scalekv/vocabulary.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace scalekv {

/// What a VAE file cannot say about itself. Without it everything is inferred from the tensors (see
/// VaeShape).
struct VaeSettings {
    std::optional<int>
        normGroups; ///< channel groups of every GroupNorm; releases: 32, or 24 where 32 does not divide
};

/// Settings that a model's author recommends.
struct GenerationDefaults {
    std::string size = "1M";
    double cfg = 4.0;
    double tau = 1.0;
    int topK = 900;
    double topP = 0.97;
};

/// The files that make up one model, and what its author says about it.
struct ModelFiles {
    std::string name;  ///< for people
    std::string about; ///< a sentence, may be empty
    std::filesystem::path transformer;
    std::filesystem::path textEncoder; ///< folder with config.json, weights and spiece.model
    std::filesystem::path vae;
    VaeSettings vaeSettings;
    std::vector<std::string> sizes;   ///< image sizes the model was trained for
    std::vector<double> aspectRatios; ///< ratios the model was trained for
    GenerationDefaults defaults;
    std::vector<std::string> examples; ///< example prompts, may be empty
    Vocabulary vocabulary;             ///< what it can draw; empty where its author does not say
    /// The model's calibration (`scalekv calibrate`): named in model.json, or `calibration.json` beside the
    /// weights. Empty where there is none.
    std::filesystem::path calibration;
    std::filesystem::path newCalibration;     ///< where a calibration of this model would be found
    std::filesystem::path calibrationPrompts; ///< prompts that suit the model, one a line; may be empty
};

/// Finds the parts of a model at `path`: a folder with `model.json` (or that file itself), or a folder as
/// people download it (a transformer `.pth` / shard folder, a VAE `.pth`, and a T5 folder, told apart by
/// their tensors' names), or a transformer file whose folder holds the others. Throws Error that names the
/// part which is missing or found twice.
ModelFiles findModel(const std::filesystem::path& path);

} // namespace scalekv
