#include "scalekv/calibration_summary.h"

#include "engine/cache/reference_budgets.h"

#include "scalekv/error.h"
#include "scalekv/policy_choice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace scalekv {
namespace {

constexpr int kSplits = 200;
constexpr std::uint64_t kSplitSeed = 1; // the same splits each time, so that the same figures say the same
constexpr std::array<std::size_t, 4> kFirstPrompts{1, 2, 5, 10};

/// [scale][layer]: mean over the heads of some prompts.
ScaleLayerTable meanOf(const Calibration& calibration, const std::vector<std::size_t>& prompts,
                       std::vector<std::vector<double>> PromptSelectivity::*factor) {
    const auto layers = std::size_t(calibration.model.layers), heads = std::size_t(calibration.model.heads);
    const std::size_t scales = (calibration.measured.front().*factor).size();
    ScaleLayerTable mean(scales, std::vector<double>(layers, std::numeric_limits<double>::quiet_NaN()));
    for (std::size_t scale = 1; scale < scales; ++scale) {
        for (std::size_t layer = 0; layer < layers; ++layer) {
            double sum = 0;
            for (const std::size_t prompt : prompts) {
                const std::vector<double>& row = (calibration.measured[prompt].*factor)[scale];
                sum = std::accumulate(row.begin() + std::int64_t(layer * heads),
                                      row.begin() + std::int64_t((layer + 1) * heads), sum);
            }
            mean[scale][layer] = sum / double(prompts.size() * heads);
        }
    }
    return mean;
}

RoleTable rolesOf(const Calibration& calibration, const std::vector<std::size_t>& prompts) {
    return assignRoles(zScores(meanSelectivity(calibration, prompts).asi), calibration.settings.drafterShare);
}

std::vector<std::size_t> firstOf(std::size_t count) {
    std::vector<std::size_t> prompts(count);
    std::iota(prompts.begin(), prompts.end(), std::size_t(0));
    return prompts;
}

HalvesAgreement halvesOf(const Calibration& calibration) {
    std::mt19937_64 random(kSplitSeed);
    std::vector<std::size_t> order = firstOf(calibration.measured.size());
    HalvesAgreement result;
    result.splits = kSplits;
    result.mean = {0, 0};
    result.most = {0, 0};
    for (int split = 0; split < kSplits; ++split) {
        // Fisher-Yates by hand: what std::shuffle does differs between standard libraries.
        for (std::size_t i = order.size() - 1; i > 0; --i)
            std::swap(order[i], order[std::size_t(random() % (i + 1))]);
        const auto middle = order.begin() + std::int64_t(order.size() / 2);
        const RoleAgreement alike = agreement(rolesOf(calibration, {order.begin(), middle}),
                                              rolesOf(calibration, {middle, order.end()}));
        for (const auto part : {&RoleAgreement::equalPairs, &RoleAgreement::jaccard}) {
            result.mean.*part += alike.*part / kSplits;
            result.least.*part = std::min(result.least.*part, alike.*part);
            result.most.*part = std::max(result.most.*part, alike.*part);
        }
    }
    return result;
}

} // namespace

MeanSelectivity meanSelectivity(const Calibration& calibration, const std::vector<std::size_t>& prompts) {
    MeanSelectivity mean;
    mean.current = meanOf(calibration, prompts, &PromptSelectivity::current);
    mean.top = meanOf(calibration, prompts, &PromptSelectivity::top);
    mean.asi = mean.current;
    for (std::size_t scale = 0; scale < mean.asi.size(); ++scale)
        for (std::size_t layer = 0; layer < mean.asi[scale].size(); ++layer)
            mean.asi[scale][layer] *= mean.top[scale][layer];
    return mean;
}

std::optional<HeadOrders> headOrders(const Calibration& calibration) {
    const auto& prompts = calibration.measured;
    const auto unknown = [](const PromptSelectivity& prompt) {
        return std::int64_t(prompt.attended.size()) <= kWholeScales + 1; // or no scale to drop
    };
    if (prompts.empty() || std::any_of(prompts.begin(), prompts.end(), unknown))
        return std::nullopt;
    HeadOrders orders;
    const std::size_t sources = prompts.front().attended.size() - 1; // nothing is stored at the last
    for (auto source = std::size_t(kWholeScales); source < sources; ++source) {
        std::vector<std::pair<double, HeadPlace>> scores;
        for (std::int64_t layer = 0; layer < calibration.model.layers; ++layer) {
            for (std::int64_t head = 0; head < calibration.model.heads; ++head) {
                double sum = 0;
                for (const PromptSelectivity& prompt : prompts)
                    sum += prompt.attended[source][std::size_t(layer * calibration.model.heads + head)];
                scores.emplace_back(sum / double(prompts.size()),
                                    HeadPlace{std::int32_t(head), std::int32_t(layer)});
            }
        }
        std::sort(scores.begin(), scores.end());
        auto& order = orders.bySource.emplace_back();
        for (const auto& [score, place] : scores)
            order.push_back(place);
    }
    return orders;
}

std::optional<HeadKinds> headKinds(const Calibration& calibration) {
    const auto& prompts = calibration.measured;
    const auto known = [](const PromptSelectivity& prompt) {
        return prompt.attention.size() > 1 && !prompt.variance.empty();
    };
    if (prompts.empty() || !std::all_of(prompts.begin(), prompts.end(), known))
        return std::nullopt;
    HeadKinds kinds;
    kinds.attention = prompts.front().attention; // for its form
    for (std::size_t scale = 1; scale < kinds.attention.size(); ++scale) {
        for (std::size_t source = 0; source <= scale; ++source) {
            for (std::size_t i = 0; i < kinds.attention[scale][source].size(); ++i) {
                double sum = 0;
                for (const PromptSelectivity& prompt : prompts)
                    sum += double(prompt.attention[scale][source][i]);
                kinds.attention[scale][source][i] = roundedAttention(sum / double(prompts.size()));
            }
        }
    }
    const std::int64_t layers = calibration.model.layers, heads = calibration.model.heads;
    std::vector<std::pair<double, std::int64_t>> ranked; // by variance, then by place
    for (std::int64_t i = 0; i < layers * heads; ++i) {
        double sum = 0;
        for (const PromptSelectivity& prompt : prompts)
            sum += prompt.variance[std::size_t(i)];
        ranked.emplace_back(sum, i);
    }
    std::sort(ranked.begin(), ranked.end());
    kinds.contextual.assign(std::size_t(layers), std::vector<bool>(std::size_t(heads), false));
    ranked.resize(std::size_t(std::llround(contextualShare(layers) * double(layers * heads))));
    for (const auto& [variance, i] : ranked)
        kinds.contextual[std::size_t(i / heads)][std::size_t(i % heads)] = true;
    return kinds;
}

CalibrationSummary summarise(const Calibration& calibration) {
    if (calibration.measured.empty())
        throw Error("A calibration without a finished prompt has nothing to say.");
    const std::vector<std::size_t> all = firstOf(calibration.measured.size());
    MeanSelectivity mean = meanSelectivity(calibration, all);
    CalibrationSummary summary;
    summary.z = zScores(mean.asi);
    summary.current = std::move(mean.current);
    summary.top = std::move(mean.top);
    summary.asi = std::move(mean.asi);
    summary.roles = assignRoles(summary.z, calibration.settings.drafterShare);
    if (all.size() > 1)
        summary.halves = halvesOf(calibration);
    for (const std::size_t count : kFirstPrompts)
        if (count <= all.size())
            summary.firstPrompts.push_back(
                {count, agreement(rolesOf(calibration, firstOf(count)), summary.roles)});
    return summary;
}

std::vector<std::pair<std::string, BudgetTable>> calibratedBudgets(const Calibration& calibration,
                                                                   const RoleTable& roles) {
    const ScaleSchedule schedule = calibration.settings.schedule();
    const std::vector<std::int64_t> sequences(std::size_t(calibration.model.layers), 1);
    std::vector<std::pair<std::string, BudgetTable>> budgets;
    for (const Budget& budget : kPaperBudgets) {
        const std::int64_t tokens = budget.inTokens({cachedTokens(schedule), 0});
        if (tokens < kObservationWindow)
            continue; // the observation window alone is more
        BudgetTable table = deriveBudgetTable({schedule, sequences, tokens, kObservationWindow}, roles);
        if (!table.empty())
            budgets.emplace_back(budget.text(), std::move(table));
    }
    return budgets;
}

} // namespace scalekv
