#include "engine/study/comparison/comparison_table.h"
#include "engine/study/comparison/report/pages.h"
#include "scalekv/error.h"
#include "scalekv/unit_text.h"

#include <cmath>

namespace scalekv {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// The policy, and in what else the run differs from the first.
std::string nameOf(const ComparedRun& run, const ComparedRun& first) {
    std::string name = run.recipe.request.policy.text();
    if (run.recipe.model != first.recipe.model)
        name += ", " + run.recipe.model.name;
    if (const std::string difference = differenceButPolicy(run.recipe.request, first.recipe.request);
        !difference.empty())
        name += ", " + difference;
    return name;
}

/// None where they cannot be compared: pictures of other sizes, or bits of other scales.
std::optional<RunDifference> differenceOf(const ComparedRun& run, const ComparedRun& first) {
    const RgbImage &a = first.run.picture, &b = run.run.picture;
    if (a.width != b.width || a.height != b.height)
        return {};
    return runDifference(first.run, run.run);
}

std::string caption(const std::optional<RunDifference>& difference) {
    if (!difference)
        return "of another size";
    if (std::isinf(difference->picture.psnr))
        return "identical to the first";
    std::string text = decimals(difference->picture.psnr, 1) + " dB";
    if (difference->picture.ssim)
        text += ", SSIM " + decimals(*difference->picture.ssim, 3);
    if (difference->bits)
        text += " · " + decimals(difference->bits->all * 100, 1) + " % of bits differ";
    return text;
}

std::vector<std::string> tableRow(const std::string& name, const ComparedRun& run,
                                  const std::optional<RunDifference>& difference) {
    const std::string none = "-";
    const auto cost = runCost(run.report);
    std::vector<std::string> row{name};
    row.push_back(run.teacherForced ? decimals(run.teacherForced->kl, 5) : none);
    row.push_back(difference ? decimals(difference->picture.psnr, 2) : none);
    row.push_back(difference && difference->picture.ssim ? decimals(*difference->picture.ssim, 4) : none);
    row.push_back(difference && difference->bits ? decimals(difference->bits->all * 100, 2) : none);
    row.push_back(cost ? decimals(mebibytes(cost->kvBytes), 1) : none);
    row.push_back(cost ? decimals(mebibytes(cost->peakKvBytes), 1) : none);
    row.push_back(cost ? decimals(cost->seconds, 2) : none);
    row.push_back(cost ? decimals(cost->selectionSeconds, 2) : none);
    return row;
}

Plot bitsByScale(const std::vector<std::string>& names,
                 const std::vector<std::optional<RunDifference>>& differences) {
    Plot plot{"Bits that differ by scale", "scale", "bits, %", false, {}};
    for (std::size_t n = 1; n < names.size(); ++n) {
        if (!differences[n] || !differences[n]->bits)
            continue;
        PlotSeries& series = plot.series.emplace_back(PlotSeries{names[n], {}});
        for (const double share : differences[n]->bits->perScale)
            series.points.push_back({double(series.points.size()) + 1, share * 100, 0});
    }
    return plot;
}

} // namespace

ReportPage pageOf(std::span<const ComparedRun> runs, const std::vector<std::string>& pngs,
                  const std::stop_token& stop) {
    const ComparedRun& first = runs.front();
    ReportPage page;
    page.title = "Pictures compared";
    page.summary = "Figures are against the first.";
    ReportRow row{first.recipe.request.prompts.front(), {}};
    Rows rows{{"picture", "KL", "PSNR", "SSIM", "bits %", "KV MiB", "peak MiB", "seconds", "selecting"}};
    std::vector<std::optional<RunDifference>> differences;
    for (std::size_t n = 0; n < runs.size(); ++n) {
        const ComparedRun& run = runs[n];
        if (stop.stop_requested())
            throw Cancelled();
        page.columns.push_back(nameOf(run, first));
        differences.push_back(n == 0 ? std::nullopt : differenceOf(run, first));
        row.cells.push_back(
            {pngs[n], n == 0 ? "the others are compared with this one" : caption(differences[n])});
        rows.push_back(tableRow(page.columns.back(), run, differences[n]));
        page.recipes.emplace_back("Recipe of " + page.columns.back(), toJson(run.recipe));
    }
    page.rows.push_back(std::move(row));
    page.table = {
        std::move(rows),
        1,
        {"KL: nats a bit, fed the first run's bits. PSNR (dB), SSIM, bits % (bits that differ): of the "
         "pictures as they are. -: not known, or not to be compared.",
         kPictureFigures}};
    page.plots.push_back(bitsByScale(page.columns, differences));
    page.settings = {
        {"model", first.recipe.model.name + ", " + first.recipe.precision + ", " + first.recipe.device},
        {"prompt", first.recipe.request.prompts.front()},
        {"seed", std::to_string(first.recipe.request.seed)}};
    for (const auto& setting : settingsText(first.recipe.request))
        page.settings.push_back(setting);
    page.program = "Made by scalekv " + first.recipe.programVersion + ".";
    return page;
}

} // namespace scalekv
