#pragma once

#include "scalekv/model_files.h"
#include "scalekv/request.h"

#include <string>

namespace scalekv::cli {

/// Says on standard error what of a request the model was not trained for: size, ratio, words of the prompts
/// (one text). The picture is made all the same: it shows what the model makes of it. `modelPath`: as it was
/// given.
void noteUntrained(const ModelFiles& model, const std::string& modelPath, const GenerationRequest& request,
                   const std::string& prompts);

} // namespace scalekv::cli
