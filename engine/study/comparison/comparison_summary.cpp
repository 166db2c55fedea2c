#include "scalekv/comparison_summary.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace scalekv {
namespace {

CostSummary costsOf(const std::vector<RunCost>& costs) {
    const auto spread = [&costs](const std::function<double(const RunCost&)>& figure) {
        std::vector<double> values(costs.size());
        std::transform(costs.begin(), costs.end(), values.begin(), figure);
        return spreadOf(values);
    };
    return {spread([](const RunCost& cost) { return double(cost.kvBytes); }),
            spread([](const RunCost& cost) { return double(cost.peakKvBytes); }),
            spread([](const RunCost& cost) { return double(cost.scratchBytes); }),
            spread([](const RunCost& cost) { return cost.seconds; }),
            spread([](const RunCost& cost) { return cost.selectionSeconds; })};
}

std::string budgetOf(const Comparison& comparison, const ChoiceSummary& summary) {
    const PolicyChoice& choice = comparison.settings.choices[std::size_t(summary.choice)];
    return choice.budgetText();
}

/// Where a budget first stands in the settings.
std::size_t budgetOrder(const Comparison& comparison, const ChoiceSummary& summary) {
    const std::string budget = budgetOf(comparison, summary);
    const auto& choices = comparison.settings.choices;
    const auto found = std::find_if(choices.begin(), choices.end(), [&budget](const PolicyChoice& choice) {
        return choice.budgetText() == budget;
    });
    return std::size_t(found - choices.begin());
}

/// Less is closer to the full cache.
double distance(const ChoiceSummary& summary) {
    if (summary.kl)
        return summary.kl->mean;
    return summary.psnr ? -summary.psnr->mean : 0;
}

} // namespace

Spread spreadOf(const std::vector<double>& values) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    Spread spread{kNone, kNone};
    if (values.empty())
        return spread;
    double sum = 0;
    for (const double value : values)
        sum += value;
    spread.mean = sum / double(values.size());
    if (values.size() < 2 || !std::isfinite(spread.mean))
        return spread;
    double squares = 0;
    for (const double value : values)
        squares += (value - spread.mean) * (value - spread.mean);
    spread.deviation = std::sqrt(squares / double(values.size() - 1));
    return spread;
}

std::vector<ChoiceSummary> summarise(const Comparison& comparison) {
    std::vector<ChoiceSummary> summaries;
    for (int choice = 0; choice < int(comparison.settings.choices.size()); ++choice) {
        std::vector<double> kl, forcedBits, psnr, ssim, lpips, freeBits;
        std::vector<RunCost> costs;
        for (const ChoiceRecord& record : comparison.records) {
            if (record.choice != choice)
                continue;
            if (record.teacherForced) {
                kl.push_back(record.teacherForced->kl);
                forcedBits.push_back(record.teacherForced->bits);
            }
            if (record.free) {
                psnr.push_back(record.free->psnr);
                ssim.push_back(record.free->ssim);
                freeBits.push_back(record.free->bits);
                if (record.free->lpips)
                    lpips.push_back(*record.free->lpips);
            }
            if (record.free || record.teacherForced)
                costs.push_back(record.free ? record.free->cost : record.teacherForced->cost);
        }
        if (costs.empty())
            continue;
        ChoiceSummary summary;
        summary.choice = choice;
        summary.pairs = int(costs.size());
        summary.cost = costsOf(costs);
        if (!kl.empty()) {
            summary.kl = spreadOf(kl);
            summary.forcedBits = spreadOf(forcedBits);
        }
        if (!psnr.empty()) {
            summary.psnr = spreadOf(psnr);
            summary.ssim = spreadOf(ssim);
            summary.freeBits = spreadOf(freeBits);
            if (!lpips.empty())
                summary.lpips = spreadOf(lpips);
        }
        summaries.push_back(summary);
    }
    return summaries;
}

std::optional<CostSummary> summariseFull(const Comparison& comparison) {
    std::vector<RunCost> costs;
    for (const FullRecord& record : comparison.full)
        costs.push_back(record.cost);
    if (costs.empty())
        return {};
    return costsOf(costs);
}

std::vector<ChoiceSummary> ranked(const Comparison& comparison, std::vector<ChoiceSummary> summaries) {
    std::stable_sort(summaries.begin(), summaries.end(),
                     [&comparison](const ChoiceSummary& a, const ChoiceSummary& b) {
                         const std::size_t orderA = budgetOrder(comparison, a);
                         const std::size_t orderB = budgetOrder(comparison, b);
                         return orderA != orderB ? orderA < orderB : distance(a) < distance(b);
                     });
    return summaries;
}

} // namespace scalekv
