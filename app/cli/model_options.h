#pragma once

#include "app/cli/progress_line.h"
#include "scalekv/model.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <stop_token>
#include <string>

namespace scalekv::cli {

/// The options of every command that loads a model: --model, --device, --precision.
struct ModelOptions {
    std::string path; ///< empty: the demo model
    LoadOptions load;

    void addTo(CLI::App& command);
    /// A recipe's precision ("bf16"), unless the user named one.
    void preferPrecision(const std::string& name);
    /// Finds the model. Throws Error.
    ModelFiles files() const;
};

/// Loads the model, with progress. What was odd in its files goes to standard error (not in
/// Mode::Quiet).
std::shared_ptr<const Model> loadModel(const ModelOptions& options, const ModelFiles& files,
                                       ProgressLine::Mode mode, std::stop_token stop);

} // namespace scalekv::cli
