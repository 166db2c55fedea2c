#include "ui/text/picture_stem.h"

#include "scalekv/file_stem.h"

namespace scalekv::ui {

QString pictureStem(const GenerationRequest& request) {
    const std::string prompt = request.prompts.empty() ? std::string() : request.prompts.front();
    return QString::fromStdString(fileStem(prompt, request.seed) +
                                  (request.policy.evicts() ? "-" + request.policy.name : ""));
}

} // namespace scalekv::ui
