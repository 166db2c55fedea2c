#include "engine/study/comparison/comparison_json.h"

#include "scalekv/comparison_summary.h"
#include "scalekv/comparison_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace scalekv {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no infinity.
Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json();
}

Json numbers(const std::vector<double>& values) {
    Json list = Json::array();
    for (const double value : values)
        list.push_back(number(value));
    return list;
}

Json costJson(const RunCost& cost) {
    return {{"kv_bytes", cost.kvBytes},
            {"peak_kv_bytes", cost.peakKvBytes},
            {"scratch_bytes", cost.scratchBytes},
            {"seconds", cost.seconds},
            {"selection_seconds", cost.selectionSeconds}};
}

Json choiceJson(const PolicyChoice& choice) {
    Json json{{"policy", choice.name}};
    if (choice.name != "full") {
        json["budget"] = choice.budget.text();
        if (choice.budget.tokens > 0)
            json["budget_tokens"] = choice.budget.tokens;
        else
            json["budget_fraction"] = choice.budget.fraction;
    }
    if (!choice.budgetFile.empty())
        json["budget_file"] = choice.budgetFile;
    if (!choice.calibrationFile.empty())
        json["calibration_file"] = choice.calibrationFile;
    return json;
}

Json settingsJson(const ComparisonSettings& settings) {
    const GenerationRequest& request = settings.request;
    Json choices = Json::array();
    for (const PolicyChoice& choice : settings.choices)
        choices.push_back(choiceJson(choice));
    return {{"mode", modeName(settings.mode)},
            {"prompts", settings.prompts},
            {"seeds", settings.seeds},
            {"policies", std::move(choices)},
            {"negative_prompt", request.negativePrompt},
            {"size", request.size},
            {"aspect_ratio", request.aspectRatio},
            {"cfg", request.cfg},
            {"tau", request.tau},
            {"cfg_insertion_layers", request.cfgInsertionLayers},
            {"top_k", request.topK},
            {"top_p", request.topP}};
}

Json recordJson(const Comparison& comparison, const FullRecord& record) {
    Json json{{"prompt", record.pair.prompt}, {"seed", record.pair.seed}, {"bits_digest", record.digest}};
    json.update(costJson(record.cost));
    if (comparison.settings.free())
        json["picture"] = pictureName(comparison, record.pair, {});
    return json;
}

Json recordJson(const Comparison& comparison, const ChoiceRecord& record) {
    Json json{{"prompt", record.pair.prompt}, {"seed", record.pair.seed}};
    const PolicyChoice& choice = comparison.settings.choices[std::size_t(record.choice)];
    json["policy"] = choice.name;
    if (choice.name != "full")
        json["budget"] = choice.budget.text();
    if (const auto& figures = record.teacherForced) {
        json["teacher_forced"] = {{"kl", number(figures->kl)},
                                  {"bits", figures->bits},
                                  {"kl_per_scale", numbers(figures->klPerScale)},
                                  {"bits_per_scale", numbers(figures->bitsPerScale)}};
        json["teacher_forced"].update(costJson(figures->cost));
    }
    if (const auto& figures = record.free) {
        json["free"] = {{"psnr", number(figures->psnr)},
                        {"ssim", figures->ssim},
                        {"bits", figures->bits},
                        {"bits_per_scale", numbers(figures->bitsPerScale)}};
        json["free"].update(costJson(figures->cost));
        json["free"]["picture"] = pictureName(comparison, record.pair, record.choice);
    }
    return json;
}

Json spreadJson(const Spread& spread) {
    return {{"mean", number(spread.mean)}, {"deviation", number(spread.deviation)}};
}

Json summaryJson(const CostSummary& cost) {
    return {{"kv_bytes", spreadJson(cost.kvBytes)},
            {"peak_kv_bytes", spreadJson(cost.peakKvBytes)},
            {"scratch_bytes", spreadJson(cost.scratchBytes)},
            {"seconds", spreadJson(cost.seconds)},
            {"selection_seconds", spreadJson(cost.selectionSeconds)}};
}

Json summaryJson(const Comparison& comparison, const ChoiceSummary& summary) {
    Json json = choiceJson(comparison.settings.choices[std::size_t(summary.choice)]);
    json["pairs"] = summary.pairs;
    if (summary.kl)
        json["teacher_forced"] = {{"kl", spreadJson(*summary.kl)}, {"bits", spreadJson(*summary.forcedBits)}};
    if (summary.psnr)
        json["free"] = {{"psnr", spreadJson(*summary.psnr)},
                        {"ssim", spreadJson(*summary.ssim)},
                        {"bits", spreadJson(*summary.freeBits)}};
    json["cost"] = summaryJson(summary.cost);
    return json;
}

/// What the figures are, for whoever finds the file.
Json figuresJson() {
    return {{"kl", "mean over bits of KL(full || compressed), nats, after temperature and guidance"},
            {"bits", "share of sampled bits that differ from the full run's, same random numbers"},
            {"psnr", "of the picture against the full run's, dB; null: equal pictures"},
            {"ssim", "of the picture against the full run's, 7x7 windows"},
            {"kv_bytes", "retained keys and values after the last scale that stores any"},
            {"seconds", "transformer and sampling"},
            {"deviation", "sample standard deviation over prompts and seeds"}};
}

std::string dumped(const Json& json, int indent = -1) {
    // A prompt may hold bytes that are not UTF-8; results must not be lost for that.
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// A list with one element a line.
template <typename Records, typename ToJson>
std::string lines(const Records& records, const ToJson& toJson) {
    std::string text;
    for (const auto& record : records)
        text += (text.empty() ? "\n  " : ",\n  ") + dumped(toJson(record));
    return "[" + text + "\n ]";
}

} // namespace

std::string modeName(ComparisonMode mode) {
    switch (mode) {
    case ComparisonMode::TeacherForced:
        return "teacher-forced";
    case ComparisonMode::Free:
        return "free";
    case ComparisonMode::Both:
        break;
    }
    return "both";
}

nlohmann::ordered_json identityJson(const Comparison& comparison) {
    Json schedule = Json::array();
    for (const MapSize map : comparison.schedule)
        schedule.push_back({map.height, map.width});
    const Json json{{"program", comparison.program},
                    {"model",
                     {{"name", comparison.model},
                      {"parameters", comparison.parameters},
                      {"precision", comparison.precision},
                      {"device", comparison.device}}},
                    {"settings", settingsJson(comparison.settings)},
                    {"schedule", std::move(schedule)}};
    return Json::parse(dumped(json));
}

std::string toJson(const Comparison& comparison) {
    std::string text = "{\n \"scalekv_comparison\": " + std::to_string(kComparisonVersion);
    const auto add = [&text](const std::string& key, const std::string& value) {
        text += ",\n \"" + key + "\": " + value;
    };
    const Json identity = identityJson(comparison);
    for (const auto& [key, value] : identity.items())
        add(key, dumped(value));
    add("figures", dumped(figuresJson()));
    add("full", lines(comparison.full, [&](const auto& record) { return recordJson(comparison, record); }));
    add("records",
        lines(comparison.records, [&](const auto& record) { return recordJson(comparison, record); }));
    if (const std::optional<CostSummary> full = summariseFull(comparison))
        add("full_summary", dumped(summaryJson(*full)));
    add("summary",
        lines(summarise(comparison), [&](const auto& summary) { return summaryJson(comparison, summary); }));
    return text + "\n}\n";
}

} // namespace scalekv
