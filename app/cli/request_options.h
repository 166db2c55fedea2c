#pragma once

#include "scalekv/model_files.h"
#include "scalekv/request.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace scalekv::cli {

/// The options that decide a picture. What the user leaves out is what the model's author recommends.
struct RequestOptions {
    std::string negativePrompt;
    std::optional<std::uint64_t> seed;
    std::optional<std::string> size;
    double aspectRatio = 1.0;
    std::optional<std::vector<double>> cfg, tau;
    std::vector<int> cfgLayers;
    std::optional<int> topK;
    std::optional<double> topP;

    void addTo(CLI::App& command);
    /// A request without prompts and seed.
    GenerationRequest request(const ModelFiles& model) const;
};

/// A seed nobody chose; short enough to be typed again.
std::uint64_t randomSeed();

} // namespace scalekv::cli
