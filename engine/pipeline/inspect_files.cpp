#include "engine/pipeline/inspections.h"

#include "engine/text/tokenizer.h"
#include "scalekv/budget_table.h"
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
    // Numbers as text: a seed may be past 63 bits, and guidance may be a list.
    const auto json = nlohmann::ordered_json::parse(toJson(*recipe)); // items() only refers to it
    for (const auto& [key, value] : json.items()) {
        std::string label = key;
        std::replace(label.begin(), label.end(), '_', ' ');
        result.facts.push_back({key, label, value.is_string() ? value.get<std::string>() : value.dump()});
    }
    return result;
}

} // namespace scalekv::inspections
