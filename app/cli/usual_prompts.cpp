#include "app/cli/usual_prompts.h"

#include "app/cli/prompt_file.h"
#include "app/resource_paths.h"

namespace scalekv::cli {

std::vector<std::string> usualPrompts(const ModelFiles& model) {
    return readPrompts(
        (model.calibrationPrompts.empty() ? app::calibrationPrompts() : model.calibrationPrompts).string());
}

} // namespace scalekv::cli
