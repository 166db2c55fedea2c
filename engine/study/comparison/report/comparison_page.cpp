#include "engine/image/resample.h"
#include "engine/io/file_text.h"
#include "engine/study/comparison/comparison_table.h"
#include "engine/study/comparison/report/pages.h"
#include "scalekv/comparison_summary.h"
#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "scalekv/png.h"
#include "scalekv/unit_text.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostPictureBytes = std::size_t(64) << 20; ///< embedded, all together
constexpr std::size_t kMostLines = 8;                            ///< in a plot, that can still be told apart

/// Pictures of a folder, made smaller by one whole factor where all together are too large for a browser.
class Pictures {
public:
    Pictures(const Comparison& comparison, const fs::path& folder)
        : comparison_(comparison), folder_(folder) {
        if (!comparison.settings.free() || comparison.full.empty())
            return;
        std::error_code problem;
        const std::uintmax_t one =
            fs::file_size(folder / pictureName(comparison, comparison.full.front().pair, {}), problem);
        const std::size_t count = comparison.full.size() + comparison.records.size();
        while (!problem && one * count / std::uintmax_t(factor_ * factor_) > kMostPictureBytes &&
               factor_ < 16)
            factor_ *= 2; // the others are about as large
    }
    /// A whole PNG; empty where the file is gone or not a picture any more.
    std::string operator()(const PairId& pair, std::optional<int> choice) const {
        const fs::path file = folder_ / pictureName(comparison_, pair, choice);
        try {
            const RgbImage whole = readPng(file).image;
            return factor_ == 1 ? fileText(file)
                                : pngBytes(resampled(whole, std::max(1, whole.width / factor_),
                                                     std::max(1, whole.height / factor_)));
        } catch (const Error&) {
            return {};
        }
    }
    std::string note() const {
        return factor_ == 1
                   ? ""
                   : "Shown at 1/" + std::to_string(factor_) +
                         " of their size, so that the page stays light; the whole ones are in pictures/.";
    }

private:
    const Comparison& comparison_;
    const fs::path& folder_;
    int factor_ = 1;
};

std::string caption(const RunCost& cost) {
    return decimals(mebibytes(cost.kvBytes), 1) + " MiB kept";
}

std::string caption(const FreeFigures& figures) {
    const std::string kept = caption(figures.cost) + " · ";
    if (std::isinf(figures.psnr))
        return kept + "identical to the full cache's";
    return kept + decimals(figures.psnr, 1) + " dB, SSIM " + decimals(figures.ssim, 3) +
           (figures.lpips ? ", LPIPS " + decimals(*figures.lpips, 4) : "") + " · " +
           decimals(figures.bits * 100, 1) + " % of bits differ";
}

std::vector<ReportRow> rowsOf(const Comparison& comparison, const Pictures& pictures,
                              const std::stop_token& stop) {
    const ComparisonSettings& settings = comparison.settings;
    std::vector<ReportRow> rows;
    for (int prompt = 0; prompt < int(settings.request.prompts.size()); ++prompt)
        for (const std::uint64_t seed : settings.seeds) {
            const PairId pair{prompt, seed};
            const FullRecord* full = comparison.fullOf(pair);
            if (full == nullptr)
                continue;
            if (stop.stop_requested())
                throw Cancelled();
            ReportRow row{settings.request.prompts[std::size_t(prompt)] + ", seed " + std::to_string(seed),
                          {}};
            row.cells.push_back({pictures(pair, {}), caption(full->cost)});
            for (int choice = 0; choice < int(settings.choices.size()); ++choice) {
                const ChoiceRecord* record = comparison.recordOf(pair, choice);
                if (record != nullptr && record->free)
                    row.cells.push_back({pictures(pair, choice), caption(*record->free)});
                else
                    row.cells.emplace_back();
            }
            rows.push_back(std::move(row));
        }
    return rows;
}

/// A figure over the bytes that were kept: a line a policy, a point a budget.
Plot overBytes(const Comparison& comparison, const std::string& title, const std::string& unit,
               const std::function<std::optional<Spread>(const ChoiceSummary&)>& figure, double factor = 1) {
    Plot plot{title, "KV cache kept, MiB", unit, false, {}};
    double least = INFINITY, most = 0;
    for (const ChoiceSummary& summary : summarise(comparison)) {
        const std::optional<Spread> spread = figure(summary);
        if (!spread)
            continue;
        const std::string& name = comparison.settings.choices[std::size_t(summary.choice)].name;
        auto series = std::find_if(plot.series.begin(), plot.series.end(),
                                   [&name](const PlotSeries& one) { return one.name == name; });
        if (series == plot.series.end())
            series = plot.series.insert(series, {name, {}});
        series->points.push_back(
            {mebibytes(summary.cost.kvBytes.mean), spread->mean * factor, spread->deviation * factor});
        if (std::isfinite(spread->mean)) { // it is seen
            least = std::min(least, summary.cost.kvBytes.mean);
            most = std::max(most, summary.cost.kvBytes.mean);
        }
    }
    plot.logX = wantsLogarithm(least, most);
    for (PlotSeries& series : plot.series)
        std::sort(series.points.begin(), series.points.end(),
                  [](const PlotPoint& a, const PlotPoint& b) { return a.x < b.x; });
    return plot;
}

using PerScale = std::vector<double>;

/// A figure of every scale: a line a choice, means over pairs.
Plot overScales(const Comparison& comparison, const std::string& title, const std::string& unit,
                const std::function<PerScale(const ChoiceRecord&)>& figures, double factor = 1) {
    Plot plot{title, "scale", unit, false, {}};
    if (comparison.settings.choices.size() > kMostLines)
        return plot;
    for (int choice = 0; choice < int(comparison.settings.choices.size()); ++choice) {
        std::vector<std::vector<double>> values(comparison.schedule.size());
        for (const ChoiceRecord& record : comparison.records)
            if (record.choice == choice) {
                const PerScale perScale = figures(record);
                for (std::size_t k = 0; k < perScale.size(); ++k)
                    values[k].push_back(perScale[k] * factor);
            }
        PlotSeries series{comparison.settings.choices[std::size_t(choice)].text(), {}};
        for (std::size_t k = 0; k < values.size(); ++k)
            if (const Spread spread = spreadOf(values[k]); std::isfinite(spread.mean))
                series.points.push_back({double(k) + 1, spread.mean, spread.deviation});
        plot.series.push_back(std::move(series));
    }
    return plot;
}

std::vector<Plot> plotsOf(const Comparison& comparison) {
    std::vector<Plot> plots;
    plots.push_back(overBytes(comparison, "KL divergence over bytes kept", "KL, nats a bit",
                              [](const ChoiceSummary& s) { return s.kl; }));
    plots.push_back(overBytes(comparison, "PSNR over bytes kept", "PSNR, dB",
                              [](const ChoiceSummary& s) { return s.psnr; }));
    plots.push_back(
        overBytes(comparison, "SSIM over bytes kept", "SSIM", [](const ChoiceSummary& s) { return s.ssim; }));
    plots.push_back(overBytes(comparison, "LPIPS over bytes kept", "LPIPS",
                              [](const ChoiceSummary& s) { return s.lpips; }));
    plots.push_back(overBytes(
        comparison, "Bits that differ over bytes kept", "bits, %",
        [](const ChoiceSummary& s) { return s.freeBits; }, 100));
    // Without a second budget there is no curve: the table says it all.
    std::erase_if(plots, [](const Plot& plot) {
        return std::none_of(plot.series.begin(), plot.series.end(),
                            [](const PlotSeries& series) { return series.points.size() > 1; });
    });
    plots.push_back(
        overScales(comparison, "KL divergence by scale", "KL, nats a bit", [](const ChoiceRecord& record) {
            return record.teacherForced ? record.teacherForced->klPerScale : PerScale();
        }));
    plots.push_back(overScales(
        comparison, "Bits that differ by scale", "bits, %",
        [](const ChoiceRecord& record) { return record.free ? record.free->bitsPerScale : PerScale(); },
        100));
    return plots;
}

std::vector<ReportHeat> heatsOf(const Comparison& comparison) {
    std::vector<ReportHeat> heats;
    for (int choice = 0; choice < int(comparison.settings.choices.size()); ++choice) {
        ReportHeat heat{comparison.settings.choices[std::size_t(choice)].text(), {}};
        int pairs = 0;
        for (const ChoiceRecord& record : comparison.records) {
            if (record.choice != choice || !record.teacherForced || record.teacherForced->klPerLayer.empty())
                continue;
            const auto& layers = record.teacherForced->klPerLayer;
            heat.values.resize(layers.size());
            for (std::size_t layer = 0; layer < layers.size(); ++layer) {
                heat.values[layer].resize(layers[layer].size());
                for (std::size_t k = 0; k < layers[layer].size(); ++k)
                    heat.values[layer][k] += layers[layer][k];
            }
            ++pairs;
        }
        for (auto& row : heat.values)
            for (double& value : row)
                value /= pairs;
        if (pairs > 0)
            heats.push_back(std::move(heat));
    }
    return heats;
}

std::vector<std::pair<std::string, std::string>> settingsOf(const Comparison& comparison) {
    const ComparisonSettings& settings = comparison.settings;
    std::vector<std::pair<std::string, std::string>> list{
        {"model", comparison.model.name + ", " + comparison.precision + ", " + comparison.device}};
    std::string seeds;
    for (const std::uint64_t seed : settings.seeds)
        seeds += (seeds.empty() ? "" : ", ") + std::to_string(seed);
    list.emplace_back("prompts", std::to_string(settings.request.prompts.size()));
    list.emplace_back("seeds", seeds);
    list.emplace_back("measured", modeName(settings.mode));
    for (const auto& [name, value] : settingsText(settings.request))
        list.emplace_back(name, value);
    return list;
}

std::vector<std::pair<std::string, std::string>> recipesOf(const Comparison& comparison) {
    std::vector<std::pair<std::string, std::string>> recipes;
    Recipe recipe;
    recipe.model = comparison.model;
    recipe.precision = comparison.precision;
    recipe.device = comparison.device;
    recipe.programVersion = comparison.program.substr(comparison.program.find(' ') + 1);
    recipe.request = comparison.settings.request;
    recipe.request.prompts.resize(1);
    recipe.request.seed = comparison.settings.seeds.front();
    const bool many = comparison.settings.pairs() > 1; // the others' recipes have another prompt or seed
    const auto add = [&](const PolicyChoice& choice) {
        recipe.request.policy = choice;
        recipes.emplace_back("Recipe of " + std::string(many ? "the first picture, " : "") + choice.text(),
                             toJson(recipe));
    };
    add({});
    for (const PolicyChoice& choice : comparison.settings.choices)
        add(choice);
    return recipes;
}

} // namespace

ReportPage pageOf(const Comparison& comparison, const fs::path& folder, const std::stop_token& stop) {
    const Pictures pictures(comparison, folder);
    ReportPage page;
    page.title = "Cache policies compared";
    if (comparison.settings.pairs() == 1)
        page.summary = "“" + comparison.settings.request.prompts.front() + "”, seed " +
                       std::to_string(comparison.settings.seeds.front()) + ". ";
    page.summary +=
        comparison.model.name + ": " + std::to_string(comparison.full.size()) +
        (comparison.full.size() == 1 ? " picture" : " pictures") + " with the full cache, and under " +
        std::to_string(comparison.settings.choices.size()) +
        (comparison.settings.choices.size() == 1 ? " other policy." : " other policies and budgets.");
    if (!comparison.complete())
        page.summary += " Not finished yet.";
    page.columns.emplace_back("full");
    for (const PolicyChoice& choice : comparison.settings.choices)
        page.columns.push_back(choice.evicts() ? choice.text() : "full again");
    if (comparison.settings.free())
        page.rows = rowsOf(comparison, pictures, stop);
    page.pictureNote = pictures.note();
    page.table = {tableRows(comparison), 2, {tableNote(comparison)}};
    if (comparison.settings.free())
        page.table.notes.emplace_back(kPictureFigures);
    page.plots = plotsOf(comparison);
    page.heats = heatsOf(comparison);
    page.settings = settingsOf(comparison);
    page.recipes = recipesOf(comparison);
    page.program = "Made by " + comparison.program + ".";
    return page;
}

} // namespace scalekv
