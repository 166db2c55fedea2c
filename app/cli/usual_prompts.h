#pragma once

#include "scalekv/model_files.h"

#include <string>
#include <vector>

namespace scalekv::cli {

/// The prompts that studies of a model use where the user names none: those that its author recommends for
/// calibrating, or ours for large models. Throws Error where they cannot be read.
std::vector<std::string> usualPrompts(const ModelFiles& model);

} // namespace scalekv::cli
