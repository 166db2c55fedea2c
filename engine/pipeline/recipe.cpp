#include "scalekv/recipe.h"

#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/pipeline/identity_json.h"
#include "engine/pipeline/request_json.h"
#include "scalekv/error.h"

#include <limits>
#include <utility>

namespace scalekv {
namespace {

constexpr int kVersion = 2;
constexpr const char* kTextKey = "scalekv";

} // namespace

std::string weightsDifference(const ModelIdentity& a, const ModelIdentity& b) {
    std::string names;
    const auto compare = [&names](const std::string& one, const std::string& other, const char* name) {
        if (!one.empty() && !other.empty() && one != other)
            names += (names.empty() ? "" : ", ") + std::string(name);
    };
    compare(a.transformer, b.transformer, "transformer");
    compare(a.textEncoder, b.textEncoder, "text encoder");
    compare(a.vae, b.vae, "VAE");
    return names;
}

Recipe recipeOf(const GenerationRequest& request, const ModelIdentity& model, const GenerationReport& report,
                std::string programVersion) {
    return {request, model, report.precision, report.device, std::move(programVersion)};
}

std::string toJson(const Recipe& recipe) {
    if (recipe.request.prompts.size() != 1)
        throw Error("A recipe describes one picture, not " + std::to_string(recipe.request.prompts.size()) +
                    ".");
    OrderedJson json{{"version", kVersion}};
    json.update(requestJson(recipe.request));
    json["model"] = recipe.model.name;
    json["weights"] = identityJson(recipe.model);
    json["weights"].erase("name");
    json["precision"] = recipe.precision;
    json["device"] = recipe.device;
    json["program"] = recipe.programVersion;
    return jsonText(json, 1);
}

Recipe recipeFromJson(const std::string& json) {
    const JsonFields fields(parseJson(json, "The recipe"), "The recipe");
    const std::int64_t version = fields.integer("version", 1, std::numeric_limits<int>::max());
    if (version > kVersion)
        fields.fail("version", "is " + std::to_string(version) + ": a newer program wrote it");
    Recipe recipe;
    recipe.request = readRequest(fields);
    if (recipe.request.prompts.size() != 1)
        fields.fail("prompt", "is missing, or not one text");
    if (fields.has("weights"))
        recipe.model = readIdentity({fields.raw("weights"), "The recipe: \"weights\""}, "");
    recipe.model.name = fields.text("model", "");
    recipe.precision = fields.text("precision", "");
    recipe.device = fields.text("device", "");
    recipe.programVersion = fields.text("program", "");
    return recipe;
}

PngText recipeText(const Recipe& recipe) {
    return {{kTextKey, toJson(recipe)},
            {"Software", "ScaleKV Studio " + recipe.programVersion},
            {"Description", recipe.request.prompts.front()}};
}

std::optional<Recipe> recipeOf(const PngText& text) {
    const auto found = text.find(kTextKey);
    if (found == text.end())
        return std::nullopt;
    return recipeFromJson(found->second);
}

Recipe recipeOfPicture(const std::filesystem::path& picture) {
    std::optional<Recipe> recipe = recipeOf(readPng(picture).text);
    if (!recipe)
        throw Error(pathText(picture) + ": carries no recipe; only pictures saved by ScaleKV have one.");
    return std::move(*recipe);
}

std::string replayDifference(const Recipe& recipe, const ModelIdentity& model, const std::string& precision) {
    if (const std::string parts = weightsDifference(recipe.model, model); !parts.empty())
        return "The picture was made with other weights (" + parts + " of \"" + printable(recipe.model.name) +
               "\"), so it comes out differently; open that model to make it again.";
    if (recipe.model.transformer.empty() && !recipe.model.name.empty() && recipe.model.name != model.name)
        return "The picture was made with the model \"" + printable(recipe.model.name) +
               "\"; open that model to make it again.";
    if (!recipe.precision.empty() && recipe.precision != precision)
        return "The picture was made with " + printable(recipe.precision) + ", not " + precision +
               ", so it comes out slightly differently.";
    return "";
}

} // namespace scalekv
