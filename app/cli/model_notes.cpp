#include "app/cli/model_notes.h"

#include "scalekv/scale_schedule.h"
#include "scalekv/vocabulary.h"

#include <algorithm>
#include <iostream>
#include <string_view>

namespace scalekv::cli {

void noteUntrained(const ModelFiles& model, const std::string& modelPath, const GenerationRequest& request,
                   const std::string& prompts) {
    const auto lacks = [](const auto& trained, const auto& matches) {
        return !trained.empty() && std::none_of(trained.begin(), trained.end(), matches);
    };
    if (lacks(model.sizes, [&](const std::string& size) { return size == request.size; }))
        std::cerr << "Note: this model was not trained for size " << request.size << ".\n";
    if (lacks(model.aspectRatios, [&](double ratio) { return sameAspectRatio(ratio, request.aspectRatio); }))
        std::cerr << "Note: this model was not trained for ratio " << request.aspectRatio << ".\n";
    std::string list;
    for (const std::string_view word : unknownWords(model.vocabulary, prompts))
        list += (list.empty() ? "\"" : ", \"") + std::string(word) + '"';
    if (!list.empty())
        std::cerr << "Note: this model was trained on few words, letter for letter, and has never seen "
                  << list << "; what it does know: scalekv info" << (modelPath.empty() ? "" : " " + modelPath)
                  << ".\n";
}

} // namespace scalekv::cli
