#include "engine/cache/head_kinds_json.h"
#include "engine/cache/roles_json.h"
#include "engine/cache/table_limits.h"
#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/json_fields.h"
#include "engine/pipeline/request_json.h"
#include "scalekv/calibration.h"
#include "scalekv/calibration_summary.h"
#include "scalekv/error.h"
#include "scalekv/head_orders.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace scalekv {
namespace {

using Json = OrderedJson;

constexpr const char* kFormat = "scalekv calibration";
constexpr int kVersion = 2; // 1: settings with other names for two fields, still read

/// JSON that people can read and that stays small: what holds no lists or objects within stands on one line.
std::string laidOut(const Json& json, int depth = 0) {
    const auto isFlat = [](const Json& value) {
        return std::none_of(value.begin(), value.end(),
                            [](const Json& each) { return each.is_structured(); });
    };
    if (!json.is_structured() || json.empty() || (isFlat(json) && (json.is_array() || depth > 1)))
        return jsonText(json);
    std::string text;
    const std::string indent(std::size_t(depth) + 1, ' ');
    for (const auto& [key, value] : json.items())
        text += (text.empty() ? "\n" : ",\n") + indent +
                (json.is_object() ? jsonText(Json(key)) + ": " : std::string()) + laidOut(value, depth + 1);
    const std::string end = "\n" + std::string(std::size_t(depth), ' ');
    return json.is_object() ? "{" + text + end + "}" : "[" + text + end + "]";
}

Json settingsJson(const CalibrationSettings& settings) {
    Json json = requestJson(settings.request);
    json["precision"] = settings.precision;
    json["top_share"] = settings.topShare;
    json["queries"] = settings.queries;
    json["drafter_share"] = settings.drafterShare;
    return json;
}

/// [scale][layer]; null where there is no number.
Json tableJson(const ScaleLayerTable& table) {
    Json json = Json::array();
    for (const std::vector<double>& row : table) {
        Json line = Json::array();
        for (const double value : row)
            line.push_back(std::isfinite(value) ? Json(calibrationDigits(value)) : Json());
        json.push_back(std::move(line));
    }
    return json;
}

Json agreementJson(const RoleAgreement& alike) {
    return {{"equal_pairs", calibrationDigits(alike.equalPairs)},
            {"jaccard", calibrationDigits(alike.jaccard)}};
}

Json stabilityJson(const CalibrationSummary& summary) {
    Json json = Json::object();
    if (summary.halves)
        json["random_halves"] = {{"splits", summary.halves->splits},
                                 {"mean", agreementJson(summary.halves->mean)},
                                 {"least", agreementJson(summary.halves->least)},
                                 {"most", agreementJson(summary.halves->most)}};
    Json first = Json::array();
    for (const FirstPromptsAgreement& few : summary.firstPrompts) {
        Json entry{{"prompts", few.prompts}};
        entry.update(agreementJson(few.agreement));
        first.push_back(std::move(entry));
    }
    json["first_prompts_with_all"] = std::move(first);
    return json;
}

CalibrationSettings readCalibrationSettings(const JsonFields& fields) {
    CalibrationSettings settings;
    settings.request = readWholeRequest(fields);
    try {
        (void)settings.schedule();
    } catch (const Error& error) {
        fields.fail("size", "and \"aspect_ratio\" name no scale schedule: " + std::string(error.what()));
    }
    settings.precision = fields.text("precision");
    settings.topShare = fields.number("top_share");
    settings.queries = fields.integer("queries", 0, std::numeric_limits<int>::max());
    settings.drafterShare = fields.number("drafter_share");
    if (const auto problem = settingProblem(settings))
        fields.fail(problem->field.c_str(), problem->why);
    return settings;
}

/// [scale][layer · heads + head], each a mean of weights, of the scales from `first` to `last`; other rows
/// are empty.
std::vector<std::vector<double>> readFactor(const JsonFields& fields, const char* field, std::size_t scales,
                                            std::size_t columns, std::size_t first, std::size_t last) {
    constexpr double kMost = 1.0001; // a sum of weights, but for rounding
    const nlohmann::json& rows = fields.list(field);
    if (rows.size() != scales)
        fields.fail(field, "has " + std::to_string(rows.size()) + " rows, not one for each of the " +
                               std::to_string(scales) + " scales");
    std::vector<std::vector<double>> factor;
    for (const nlohmann::json& row : rows) {
        // No number from the file decides how much is reserved: what is there does.
        const bool measured = factor.size() >= first && factor.size() <= last;
        if (!row.is_array() || row.size() != (measured ? columns : 0))
            fields.fail(field, "has a row (scale " + std::to_string(factor.size()) +
                                   ") without a number for each layer and head");
        std::vector<double> numbers;
        for (const nlohmann::json& each : row) {
            if (!each.is_number() || !(each.get<double>() >= 0 && each.get<double>() <= kMost))
                fields.fail(field, "holds something that is not a number between 0 and 1");
            numbers.push_back(each.get<double>());
        }
        factor.push_back(std::move(numbers));
    }
    return factor;
}

std::vector<std::vector<std::vector<float>>> readAttention(const JsonFields& fields, std::size_t scales,
                                                           std::size_t columns) {
    auto attention = readAttention(fields, "attention_by_scale", columns);
    if (attention.size() != scales)
        fields.fail("attention_by_scale", "has " + std::to_string(attention.size() - 1) +
                                              " scales, not one for each of the " +
                                              std::to_string(scales - 1) + " with a history");
    return attention;
}

std::vector<double> readVariance(const JsonFields& fields, std::size_t columns) {
    const char* field = "variance_by_head";
    std::vector<double> numbers = fields.numbers(field, {});
    if (numbers.size() != columns)
        fields.fail(field, "has " + std::to_string(numbers.size()) + " numbers, not one for each of the " +
                               std::to_string(columns) + " heads");
    for (const double number : numbers)
        if (!(number >= 0 && number <= 1.0001)) // of weights that sum to 1
            fields.fail(field, "holds something that is not a number between 0 and 1");
    return numbers;
}

/// For so many scales and layers.
RoleTable readRoles(const JsonFields& fields, std::size_t scales, std::size_t layers) {
    RoleTable roles = readRoles(fields, "roles");
    if (roles.rows.size() != scales || roles.layers() != std::int64_t(layers))
        fields.fail("roles", "has " + std::to_string(roles.rows.size()) + " rows of " +
                                 std::to_string(roles.layers()) + " letters, not one for each of the " +
                                 std::to_string(scales) + " scales and " + std::to_string(layers) +
                                 " layers");
    return roles;
}

} // namespace

std::optional<SettingProblem> settingProblem(const CalibrationSettings& settings, const SettingTerms& terms) {
    if (!(settings.topShare > 0 && settings.topShare <= 1))
        return SettingProblem{"top_share", "must be above 0 and at most 1"};
    if (settings.queries < 0)
        return SettingProblem{"queries", "must be 0 (all) or more"};
    if (!(settings.drafterShare >= 0 && settings.drafterShare <= 1))
        return SettingProblem{"drafter_share", "must be between 0 and 1"};
    return settingProblem(settings.request, terms);
}

double calibrationDigits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.5g", value);
    return std::strtod(text, nullptr);
}

std::string toJson(const Calibration& calibration) {
    const CalibrationSummary summary = summarise(calibration);
    Json json;
    json["format"] = kFormat;
    json["version"] = kVersion;
    json["model"] = {{"name", calibration.model.name},
                     {"fingerprint", calibration.model.fingerprint},
                     {"text_encoder", calibration.model.textEncoder},
                     {"layers", calibration.model.layers},
                     {"heads", calibration.model.heads}};
    json["settings"] = settingsJson(calibration.settings);
    json["finished_prompts"] = calibration.measured.size();
    json["roles"] = rolesJson(summary.roles);
    json["drafters"] = summary.roles.drafters();
    json["asi"] = tableJson(summary.asi);
    json["z"] = tableJson(summary.z);
    json["current"] = tableJson(summary.current);
    json["top"] = tableJson(summary.top);
    json["stability"] = stabilityJson(summary);
    json["budgets"] = Json::object();
    for (const auto& [name, table] : calibratedBudgets(calibration, summary.roles))
        json["budgets"][name] = Json::parse(toJson(table));
    json["measured"] = Json::array();
    for (std::size_t prompt = 0; prompt < calibration.measured.size(); ++prompt) {
        const PromptSelectivity& measured = calibration.measured[prompt];
        json["measured"].push_back({{"asi", tableJson(meanSelectivity(calibration, {prompt}).asi)},
                                    {"current_by_head", measured.current},
                                    {"top_by_head", measured.top}});
        if (!measured.attended.empty())
            json["measured"].back()["attended_by_head"] = measured.attended;
        if (!measured.attention.empty())
            json["measured"].back()["attention_by_scale"] = attentionJson(measured.attention);
        if (!measured.variance.empty())
            json["measured"].back()["variance_by_head"] = measured.variance;
    }
    return laidOut(json) + "\n";
}

std::string toJson(const CalibrationSettings& settings) {
    return jsonText(settingsJson(settings));
}

CalibrationSettings calibrationSettingsFromJson(const std::string& json, const std::string& what) {
    return readCalibrationSettings({parseJson(json, what), what});
}

Calibration readCalibration(const std::filesystem::path& path) {
    const std::string what = pathText(path);
    const JsonFields fields(readJsonFile(path), what);
    if (!fields.has("format") || fields.raw("format") != kFormat)
        throw Error(what + ": is no calibration (scalekv calibrate makes one).");
    if (fields.integer("version", 1, std::numeric_limits<int>::max()) > kVersion)
        fields.fail("version", "is " + fields.raw("version").dump() + ": a newer program wrote it");

    Calibration calibration;
    const JsonFields model = fields.part("model");
    calibration.model = {model.text("name"), model.text("fingerprint"),
                         model.integer("layers", 1, std::int64_t(kMostLayers)),
                         model.integer("heads", 1, std::int64_t(kMostHeads)), model.text("text_encoder", "")};
    calibration.settings = readCalibrationSettings(fields.part("settings"));
    const std::size_t scales = calibration.settings.schedule().size();
    const auto layers = std::size_t(calibration.model.layers), heads = std::size_t(calibration.model.heads);
    for (const nlohmann::json& each : fields.list("measured")) {
        const JsonFields prompt(each, what + ": \"measured\"");
        const auto factor = [&](const char* field, std::int64_t first, std::size_t last) {
            return readFactor(prompt, field, scales, layers * heads, std::size_t(first), last);
        };
        calibration.measured.push_back(
            {factor("current_by_head", 1, scales - 1), factor("top_by_head", 1, scales - 1)});
        if (prompt.has("attended_by_head"))
            calibration.measured.back().attended = factor("attended_by_head", kWholeScales, scales - 2);
        if (prompt.has("attention_by_scale"))
            calibration.measured.back().attention = readAttention(prompt, scales, layers * heads);
        if (prompt.has("variance_by_head"))
            calibration.measured.back().variance = readVariance(prompt, layers * heads);
    }
    if (calibration.measured.empty() ||
        calibration.measured.size() > calibration.settings.request.prompts.size())
        fields.fail("measured", "has " + std::to_string(calibration.measured.size()) + " entries for " +
                                    std::to_string(calibration.settings.request.prompts.size()) + " prompts");
    calibration.roles = readRoles(fields, scales, layers);
    return calibration;
}

std::string firstDifference(const CalibrationSettings& made, const CalibrationSettings& wanted) {
    return firstDifference(settingsJson(made), settingsJson(wanted));
}

std::string calibrationProblem(const CalibratedModel& made, const ModelIdentity& model, std::int64_t layers,
                               std::int64_t heads, bool* canBeUsed) {
    const bool fits = made.layers == layers && made.heads == heads;
    if (canBeUsed != nullptr)
        *canBeUsed = fits;
    if (!fits)
        return "It is the calibration of a model with " + std::to_string(made.layers) + " layers of " +
               std::to_string(made.heads) + " heads, but this one has " + std::to_string(layers) + " of " +
               std::to_string(heads) + "; calibrate this model.";
    if (made.fingerprint != model.transformer)
        return "It is the calibration of other weights (" + printable(made.name) +
               "), whose roles may not fit; calibrate this model.";
    return "";
}

std::string noteOnUse(const Calibration& calibration, const std::filesystem::path& file,
                      const ModelIdentity& model, std::int64_t layers, std::int64_t heads) {
    bool canBeUsed = false;
    std::string problem = calibrationProblem(calibration.model, model, layers, heads, &canBeUsed);
    if (!problem.empty() && !canBeUsed)
        throw Error(pathText(file) + ": " + problem);
    return problem;
}

const RoleTable* applyingRoles(const PolicyChoice& policy, const ModelIdentity& madeWith,
                               const ModelIdentity& model, const RoleTable* own, std::int64_t layers) {
    const RoleTable* roles = policy.roles                                ? &*policy.roles
                             : madeWith.transformer == model.transformer ? own
                                                                         : nullptr;
    return roles != nullptr && roles->layers() == layers ? roles : nullptr;
}

} // namespace scalekv
