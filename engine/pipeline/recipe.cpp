#include "scalekv/recipe.h"

#include "engine/io/json_file.h"
#include "engine/json_fields.h"
#include "scalekv/error.h"

#include <limits>

namespace scalekv {
namespace {

constexpr int kVersion = 1;
constexpr const char* kTextKey = "scalekv";

/// One number where the list has one, as a person would write it.
nlohmann::ordered_json numberOrList(const std::vector<double>& values) {
    if (values.size() == 1)
        return values.front();
    return values;
}

std::vector<int> layersOf(const JsonFields& fields, const char* field, const std::vector<int>& fallback) {
    if (!fields.has(field))
        return fallback;
    const nlohmann::json& list = fields.raw(field);
    if (!list.is_array() || list.empty())
        fields.fail(field, "is not a list of whole numbers");
    std::vector<int> layers;
    for (const nlohmann::json& element : list) {
        // Guidance acts on the logits (0) or a number of layers before the end (negative).
        if (!element.is_number_integer() || element.get<double>() > 0 || element.get<double>() < -100000)
            fields.fail(field, "holds something that is neither 0 nor a negative whole number");
        layers.push_back(element.get<int>());
    }
    return layers;
}

} // namespace

std::string toJson(const Recipe& recipe) {
    const GenerationRequest& request = recipe.request;
    if (request.prompts.size() != 1)
        throw Error("A recipe describes one picture, not " + std::to_string(request.prompts.size()) + ".");
    nlohmann::ordered_json json;
    json["version"] = kVersion;
    json["prompt"] = request.prompts.front();
    json["negative_prompt"] = request.negativePrompt;
    json["seed"] = request.seed;
    json["size"] = request.size;
    json["aspect_ratio"] = request.aspectRatio;
    json["cfg"] = numberOrList(request.cfg);
    json["tau"] = numberOrList(request.tau);
    json["cfg_insertion_layers"] = request.cfgInsertionLayers;
    json["top_k"] = request.topK;
    json["top_p"] = request.topP;
    if (request.policy != PolicyChoice{}) {
        // Files are not part of a picture; who repeats it elsewhere names their own.
        json["policy"] = request.policy.name;
        if (request.policy.budget.tokens > 0)
            json["budget_tokens"] = request.policy.budget.tokens;
        else
            json["budget_fraction"] = request.policy.budget.fraction;
    }
    json["model"] = recipe.modelName;
    json["precision"] = recipe.precision;
    json["device"] = recipe.device;
    json["program"] = recipe.programVersion;
    // A prompt may hold bytes that are not UTF-8; a picture must not be lost for that.
    return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Recipe recipeFromJson(const std::string& json) {
    const JsonFields fields(parseJson(json, "The recipe"), "The recipe");
    const std::int64_t version = fields.integer("version", 1, std::numeric_limits<int>::max());
    if (version > kVersion)
        fields.fail("version", "is " + std::to_string(version) + ": a newer program wrote it");

    constexpr int kMaxInt = std::numeric_limits<int>::max();
    Recipe recipe;
    GenerationRequest& request = recipe.request;
    request.prompts = {fields.text("prompt")};
    request.negativePrompt = fields.text("negative_prompt", request.negativePrompt);
    request.seed = fields.unsignedInteger("seed", request.seed);
    request.size = fields.text("size", request.size);
    request.aspectRatio = fields.number("aspect_ratio", request.aspectRatio);
    request.cfg = fields.numbers("cfg", request.cfg);
    request.tau = fields.numbers("tau", request.tau);
    request.cfgInsertionLayers = layersOf(fields, "cfg_insertion_layers", request.cfgInsertionLayers);
    request.topK = int(fields.integer("top_k", 0, kMaxInt, request.topK));
    request.topP = fields.number("top_p", request.topP);
    request.policy.name = fields.text("policy", request.policy.name);
    request.policy.budget.tokens = fields.integer("budget_tokens", 1, kMaxInt, request.policy.budget.tokens);
    request.policy.budget.fraction = fields.number("budget_fraction", request.policy.budget.fraction);
    recipe.modelName = fields.text("model", "");
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

} // namespace scalekv
