#include "engine/study/comparison/comparison_table.h"

#include "scalekv/comparison_summary.h"
#include "scalekv/comparison_text.h"
#include "scalekv/unit_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace scalekv {
namespace {

using Row = std::vector<std::string>;

std::string meanOf(const std::optional<Spread>& spread, int count, double unit = 1) {
    return spread ? decimals(spread->mean * unit, count) : "-";
}

/// "0.0123 ± 0.0045"; without the second part where there is only one number.
std::string withDeviation(const std::optional<Spread>& spread, int count) {
    std::string text = meanOf(spread, count);
    if (spread && std::isfinite(spread->deviation))
        text += " ± " + decimals(spread->deviation, count);
    return text;
}

void addCosts(Row& row, const CostSummary& cost) {
    row.push_back(decimals(mebibytes(cost.kvBytes.mean), 1));
    row.push_back(decimals(mebibytes(cost.peakKvBytes.mean), 1));
    row.push_back(decimals(cost.seconds.mean, 2));
    row.push_back(decimals(cost.selectionSeconds.mean, 2));
}

} // namespace

std::vector<std::vector<std::string>> tableRows(const Comparison& comparison) {
    const ComparisonSettings& settings = comparison.settings;
    Row head{"policy", "budget"};
    if (settings.teacherForced())
        head.insert(head.end(), {"KL", "bits %"});
    if (settings.free())
        head.insert(head.end(), {"PSNR", "SSIM"});
    if (!settings.lpips.empty())
        head.emplace_back("LPIPS");
    if (settings.free())
        head.emplace_back("free bits %");
    const std::size_t figures = head.size() - 2;
    head.insert(head.end(), {"KV MiB", "peak MiB", "seconds", "selecting"});

    std::vector<Row> rows{head};
    if (const std::optional<CostSummary> full = summariseFull(comparison)) {
        Row row{"full", ""};
        row.insert(row.end(), figures, "-");
        addCosts(row, *full);
        rows.push_back(std::move(row));
    }
    for (const ChoiceSummary& summary : ranked(comparison, summarise(comparison))) {
        const PolicyChoice& choice = settings.choices[std::size_t(summary.choice)];
        Row row{choice.name, choice.budgetText()};
        if (settings.teacherForced()) {
            row.push_back(withDeviation(summary.kl, 5));
            row.push_back(meanOf(summary.forcedBits, 2, 100));
        }
        if (settings.free()) {
            row.push_back(withDeviation(summary.psnr, 2));
            row.push_back(meanOf(summary.ssim, 4));
            if (!settings.lpips.empty())
                row.push_back(meanOf(summary.lpips, 4));
            row.push_back(meanOf(summary.freeBits, 2, 100));
        }
        addCosts(row, summary.cost);
        rows.push_back(std::move(row));
    }

    return rows;
}

std::string tableNote(const Comparison& comparison) {
    std::string text;
    if (comparison.settings.teacherForced())
        text += "KL (nats a bit) and bits % (bits that differ): fed the full run's bits. ";
    if (comparison.settings.free())
        text += std::string("PSNR (dB), SSIM, ") + (comparison.settings.lpips.empty() ? "" : "LPIPS, ") +
                "free bits % (bits that differ in the free run): left to itself. ";
    const std::size_t pictures = comparison.full.size();
    return text + "All against the full cache; " +
           (pictures == 1 ? "one picture" : "means over " + std::to_string(pictures) + " pictures") + ".";
}

std::string toTable(const Comparison& comparison) {
    return aligned(tableRows(comparison), 2) + '\n' + tableNote(comparison) + '\n';
}

} // namespace scalekv
