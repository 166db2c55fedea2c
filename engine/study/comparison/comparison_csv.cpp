#include "scalekv/comparison_text.h"

#include "engine/study/csv_line.h"

namespace scalekv {
namespace {

CsvLine& add(CsvLine& line, const RunCost& cost) {
    return line.add(cost.kvBytes)
        .add(cost.peakKvBytes)
        .add(cost.scratchBytes)
        .add(cost.seconds)
        .add(cost.selectionSeconds);
}

CsvLine startOf(const Comparison& comparison, const PairId& pair, const PolicyChoice& choice) {
    CsvLine line;
    line.add(std::int64_t(pair.prompt) + 1)
        .add(comparison.settings.request.prompts[std::size_t(pair.prompt)])
        .add(std::to_string(pair.seed))
        .add(choice.name)
        .add(choice.budgetText());
    return line;
}

/// A column of its own, where the settings name a network.
void addLpips(CsvLine& line, const Comparison& comparison, std::optional<double> lpips) {
    if (lpips)
        line.add(*lpips);
    else if (!comparison.settings.lpips.empty())
        line.addNothing();
}

std::string picture(const Comparison& comparison, const PairId& pair, std::optional<int> choice) {
    return comparison.settings.free() ? pictureName(comparison, pair, choice) : std::string();
}

std::string line(const Comparison& comparison, const FullRecord& record) {
    CsvLine line = startOf(comparison, record.pair, PolicyChoice{});
    line.addNothing(5);
    addLpips(line, comparison, {});
    return add(line, record.cost).add(picture(comparison, record.pair, {})).text();
}

std::string line(const Comparison& comparison, const ChoiceRecord& record) {
    CsvLine line = startOf(comparison, record.pair, comparison.settings.choices[std::size_t(record.choice)]);
    if (record.teacherForced)
        line.add(record.teacherForced->kl).add(record.teacherForced->bits);
    else
        line.addNothing(2);
    if (record.free)
        line.add(record.free->psnr).add(record.free->ssim).add(record.free->bits);
    else
        line.addNothing(3);
    addLpips(line, comparison, record.free ? record.free->lpips : std::nullopt);
    return add(line, record.free ? record.free->cost : record.teacherForced->cost)
        .add(picture(comparison, record.pair, record.choice))
        .text();
}

} // namespace

std::string toCsv(const Comparison& comparison) {
    const ComparisonSettings& settings = comparison.settings;
    std::string text =
        std::string("prompt_number,prompt,seed,policy,budget,kl_nats_per_bit,teacher_forced_bits,"
                    "psnr_db,ssim,free_bits,") +
        (settings.lpips.empty() ? "" : "lpips,") +
        "kv_bytes,peak_kv_bytes,scratch_bytes,seconds,selection_seconds,picture\r\n";
    for (int prompt = 0; prompt < int(settings.request.prompts.size()); ++prompt)
        for (const std::uint64_t seed : settings.seeds) {
            if (const FullRecord* full = comparison.fullOf({prompt, seed}))
                text += line(comparison, *full);
            for (int choice = 0; choice < int(settings.choices.size()); ++choice)
                if (const ChoiceRecord* record = comparison.recordOf({prompt, seed}, choice))
                    text += line(comparison, *record);
        }
    return text;
}

std::string toLayerCsv(const Comparison& comparison) {
    std::string text = "prompt_number,prompt,seed,policy,budget,layer,scale,kl_nats_per_bit\r\n";
    for (const ChoiceRecord& record : comparison.records) {
        if (!record.teacherForced)
            continue;
        const PolicyChoice& choice = comparison.settings.choices[std::size_t(record.choice)];
        const auto& layers = record.teacherForced->klPerLayer;
        for (std::size_t layer = 0; layer < layers.size(); ++layer)
            for (std::size_t scale = 0; scale < layers[layer].size(); ++scale)
                text += startOf(comparison, record.pair, choice)
                            .add(std::int64_t(layer) + 1)
                            .add(std::int64_t(scale) + 1)
                            .add(layers[layer][scale])
                            .text();
    }
    return text;
}

} // namespace scalekv
