#pragma once

#include "scalekv/request.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace scalekv::cli {

/// The options that decide a picture, each only where the user gave it.
struct RequestOptions {
    std::optional<std::string> negativePrompt;
    std::optional<std::uint64_t> seed;
    std::optional<std::string> size;
    std::optional<double> aspectRatio;
    std::optional<std::vector<double>> cfg, tau;
    std::optional<std::vector<int>> guidanceLayers;
    std::optional<int> topK;
    std::optional<double> topP;

    void addTo(CLI::App& command);
    /// `otherwise` (what the model's author recommends, or a recipe) with what the user gave. Throws
    /// CLI::ValidationError where that cannot be, whatever the model.
    GenerationRequest request(GenerationRequest otherwise) const;
};

/// Declares `--size`; `what` stands in the help behind the sizes.
void addSizeOption(CLI::App& command, const std::function<void(const std::string&)>& take,
                   const std::string& what);

/// Throws CLI::ValidationError that names the setting's option, where there is a problem.
void checkOptions(const std::optional<SettingProblem>& problem);

/// A seed nobody chose; short enough to be typed again.
std::uint64_t randomSeed();

} // namespace scalekv::cli
