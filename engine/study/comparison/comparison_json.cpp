#include "engine/study/comparison/comparison_json.h"

#include "engine/json_number.h"
#include "engine/pipeline/identity_json.h"
#include "scalekv/comparison_summary.h"
#include "scalekv/comparison_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace scalekv {
namespace {

using Json = OrderedJson;

Json numbers(const std::vector<double>& values) {
    Json list = Json::array();
    for (const double value : values)
        list.push_back(finiteOrNull(value));
    return list;
}

Json costJson(const RunCost& cost) {
    return {{"kv_bytes", cost.kvBytes},
            {"peak_kv_bytes", cost.peakKvBytes},
            {"scratch_bytes", cost.scratchBytes},
            {"seconds", cost.seconds},
            {"selection_seconds", cost.selectionSeconds}};
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
    if (choice.evicts())
        json["budget"] = choice.budget.text();
    if (const auto& figures = record.teacherForced) {
        json["teacher_forced"] = {{"kl", finiteOrNull(figures->kl)},
                                  {"bits", figures->bits},
                                  {"kl_per_scale", numbers(figures->klPerScale)},
                                  {"bits_per_scale", numbers(figures->bitsPerScale)}};
        if (!figures->klPerLayer.empty()) {
            Json& layers = json["teacher_forced"]["kl_per_layer"] = Json::array();
            for (const std::vector<double>& scales : figures->klPerLayer)
                layers.push_back(numbers(scales));
        }
        json["teacher_forced"].update(costJson(figures->cost));
    }
    if (const auto& figures = record.free) {
        json["free"] = {{"psnr", finiteOrNull(figures->psnr)},
                        {"ssim", figures->ssim},
                        {"bits", figures->bits},
                        {"bits_per_scale", numbers(figures->bitsPerScale)}};
        if (figures->lpips)
            json["free"]["lpips"] = finiteOrNull(*figures->lpips);
        json["free"].update(costJson(figures->cost));
        json["free"]["picture"] = pictureName(comparison, record.pair, record.choice);
    }
    return json;
}

Json spreadJson(const Spread& spread) {
    return {{"mean", finiteOrNull(spread.mean)}, {"deviation", finiteOrNull(spread.deviation)}};
}

Json summaryJson(const CostSummary& cost) {
    return {{"kv_bytes", spreadJson(cost.kvBytes)},
            {"peak_kv_bytes", spreadJson(cost.peakKvBytes)},
            {"scratch_bytes", spreadJson(cost.scratchBytes)},
            {"seconds", spreadJson(cost.seconds)},
            {"selection_seconds", spreadJson(cost.selectionSeconds)}};
}

Json summaryJson(const Comparison& comparison, const ChoiceSummary& summary) {
    const PolicyChoice& choice = comparison.settings.choices[std::size_t(summary.choice)];
    Json json{{"policy", choice.name}};
    if (choice.evicts())
        json["budget"] = choice.budget.text();
    json["pairs"] = summary.pairs;
    if (summary.kl)
        json["teacher_forced"] = {{"kl", spreadJson(*summary.kl)}, {"bits", spreadJson(*summary.forcedBits)}};
    if (summary.psnr)
        json["free"] = {{"psnr", spreadJson(*summary.psnr)},
                        {"ssim", spreadJson(*summary.ssim)},
                        {"bits", spreadJson(*summary.freeBits)}};
    if (summary.lpips)
        json["free"]["lpips"] = spreadJson(*summary.lpips);
    json["cost"] = summaryJson(summary.cost);
    return json;
}

/// What the figures are, for whoever finds the file.
Json figuresJson() {
    return {
        {"kl", "mean over bits of KL(full || compressed), nats, after temperature and guidance"},
        {"kl_per_layer", "a list a layer, in it a number a scale: kl where only this layer is compressed"},
        {"bits", "share of sampled bits that differ from the full run's, same random numbers"},
        {"psnr", "of the picture against the full run's, dB; null: equal pictures"},
        {"ssim", "of the picture against the full run's, 7x7 windows"},
        {"lpips", "of the picture against the full run's, where the settings name a network"},
        {"kv_bytes", "retained keys and values after the last scale that stores any"},
        {"seconds", "transformer and sampling"},
        {"deviation", "sample standard deviation over prompts and seeds"}};
}

/// A list with one element a line.
template <typename Records, typename ToJson>
std::string lines(const Records& records, const ToJson& toJson) {
    std::string text;
    for (const auto& record : records)
        text += (text.empty() ? "\n  " : ",\n  ") + jsonText(toJson(record));
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

OrderedJson identityJson(const Comparison& comparison) {
    Json schedule = Json::array();
    for (const MapSize map : comparison.schedule)
        schedule.push_back({map.height, map.width});
    Json model = identityJson(comparison.model);
    model["precision"] = comparison.precision;
    model["device"] = comparison.device;
    const Json json{{"program", comparison.program},
                    {"model", std::move(model)},
                    {"settings", settingsJson(comparison.settings)},
                    {"schedule", std::move(schedule)}};
    return Json::parse(jsonText(json));
}

std::string toJson(const Comparison& comparison) {
    std::string text = "{\n \"scalekv_comparison\": " + std::to_string(kComparisonVersion);
    const auto add = [&text](const std::string& key, const std::string& value) {
        text += ",\n \"" + key + "\": " + value;
    };
    const Json identity = identityJson(comparison);
    for (const auto& [key, value] : identity.items())
        add(key, jsonText(value));
    add("figures", jsonText(figuresJson()));
    add("full", lines(comparison.full, [&](const auto& record) { return recordJson(comparison, record); }));
    add("records",
        lines(comparison.records, [&](const auto& record) { return recordJson(comparison, record); }));
    if (const std::optional<CostSummary> full = summariseFull(comparison))
        add("full_summary", jsonText(summaryJson(*full)));
    add("summary",
        lines(summarise(comparison), [&](const auto& summary) { return summaryJson(comparison, summary); }));
    return text + "\n}\n";
}

} // namespace scalekv
