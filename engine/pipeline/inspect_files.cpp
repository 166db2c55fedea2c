#include "engine/pipeline/inspections.h"

#include "engine/text/tokenizer.h"
#include "scalekv/budget_table.h"
#include "scalekv/calibration.h"
#include "scalekv/recipe.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace scalekv::inspections {

namespace fs = std::filesystem;

Inspection ofVocabulary(const fs::path& path) {
    Inspection result;
    result.kind = FileKind::SentencePiece;
    result.path = path;
    result.facts.push_back(
        {"pieces", "SentencePiece vocabulary", std::int64_t{Tokenizer(path).vocabularySize()}});
    return result;
}

/// A row a scale, named as in the file.
Inspection ofBudget(const fs::path& path) {
    Inspection result;
    result.kind = FileKind::Budget;
    result.path = path;
    for (const auto& [scale, row] : readBudgetFile(path)) {
        const auto drafters = std::count(row.drafter.begin(), row.drafter.end(), true);
        const std::string number = std::to_string(scale + kBudgetNameOffset);
        const std::string text = std::to_string(drafters) + " of " + std::to_string(row.drafter.size()) +
                                 " layers keep " + std::to_string(row.drafterTokens) +
                                 " tokens, the others " + std::to_string(row.refinerTokens);
        result.facts.push_back({"scale_" + number, "scale " + number, text});
    }
    return result;
}

namespace {

/// A field of a recipe: a number, a text, or a list of numbers; tables as their JSON.
decltype(Fact::value) valueOf(const nlohmann::ordered_json& value) {
    const auto all = [&value](const auto& is) { return std::all_of(value.begin(), value.end(), is); };
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_array() && all([](const auto& item) { return item.is_number_integer(); }))
        return value.get<std::vector<std::int64_t>>();
    if (value.is_array() && all([](const auto& item) { return item.is_number(); }))
        return value.get<std::vector<double>>();
    if (value.is_number_unsigned())
        return value.get<std::uint64_t>();
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (value.is_number())
        return value.get<double>();
    return Nested{value.dump()};
}

} // namespace

Inspection ofPicture(const fs::path& path) {
    const PngFile png = readPng(path);
    Inspection result;
    result.kind = FileKind::Picture;
    result.path = path;
    result.facts = {{"width", "width", std::int64_t{png.image.width}},
                    {"height", "height", std::int64_t{png.image.height}}};
    const std::optional<Recipe> recipe = recipeOf(png.text);
    if (!recipe) {
        result.facts.push_back({"recipe", "recipe", std::string("none")});
        return result;
    }
    const auto json = nlohmann::ordered_json::parse(toJson(*recipe)); // items() only refers to it
    for (const auto& [key, value] : json.items()) {
        std::string label = key;
        std::replace(label.begin(), label.end(), '_', ' ');
        result.facts.push_back({key, label, valueOf(value)});
    }
    return result;
}

Inspection ofCalibration(const fs::path& path) {
    const Calibration calibration = readCalibration(path);
    const GenerationRequest& request = calibration.settings.request;
    Inspection result;
    result.kind = FileKind::Calibration;
    result.path = path;
    result.facts = {
        {"model", "model", calibration.model.name},
        {"fingerprint", "fingerprint", calibration.model.fingerprint},
        {"layers", "layers", calibration.model.layers},
        {"heads", "heads", calibration.model.heads},
        {"prompts", "prompts", static_cast<std::int64_t>(request.prompts.size())},
        {"finished_prompts", "of them finished", static_cast<std::int64_t>(calibration.measured.size())},
        {"size", "size", request.size},
        {"aspect_ratio", "aspect ratio", request.aspectRatio},
        {"seed", "seed", request.seed},
        {"precision", "precision", calibration.settings.precision},
        {"drafters", "drafters", calibration.roles.drafters()}};
    return result;
}

} // namespace scalekv::inspections
