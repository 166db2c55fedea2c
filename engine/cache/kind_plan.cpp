#include "engine/cache/kind_plan.h"

#include "engine/cache/allocation.h"
#include "engine/cache/budgets.h"

#include <algorithm>
#include <numeric>

namespace scalekv {
namespace {

constexpr std::array kKinds{KindPlan::Structural, KindPlan::Contextual};

std::int64_t headsOf(const std::vector<bool>& layer, KindPlan::Kind kind) {
    return std::count(layer.begin(), layer.end(), kind == KindPlan::Contextual);
}

/// Attention that the scales behind `scale` give to everything up to it.
double reliance(const HeadKinds& kinds, std::int64_t scale, std::int64_t scales, std::int64_t layer,
                KindPlan::Kind kind) {
    constexpr double kLeast = 1e-6; // who is never looked at has an entry all the same
    double sum = 0;
    for (std::int64_t head = 0; head < kinds.heads(); ++head) {
        if (kinds.contextual[std::size_t(layer)][std::size_t(head)] != (kind == KindPlan::Contextual))
            continue;
        for (std::int64_t later = scale + 1; later < scales; ++later)
            for (std::int64_t source = 0; source <= scale; ++source)
                sum += kinds.attended(later, source, layer, head);
    }
    const std::int64_t heads = headsOf(kinds.contextual[std::size_t(layer)], kind);
    return std::max(kLeast, sum / double(heads * (scales - 1 - scale)));
}

} // namespace

KindPlan KindPlan::ofOneLayer(std::int64_t layer, std::span<const MapSize> schedule) const {
    KindPlan one = *this;
    std::int64_t seen = 0;
    for (std::size_t k = 0; k < entries.size(); ++k) {
        seen += schedule[k].tokens();
        for (std::int64_t other = 0; other < layers(); ++other)
            if (other != layer)
                one.entries[k][std::size_t(other)] = {seen, seen};
    }
    return one;
}

KindPlan kindPlan(const BudgetTerms& terms, const HeadKinds& kinds) {
    const auto scales = std::int64_t(terms.schedule.size());
    const std::int64_t weights =
        kinds.heads() * std::accumulate(terms.sequences.begin(), terms.sequences.end(), std::int64_t{0});
    requireWindow(terms);
    KindPlan plan{kinds.contextual, {}};
    std::int64_t seen = 0;
    for (std::int64_t scale = 0; scale + 1 < scales; ++scale) {
        const std::int64_t tokens = terms.schedule[std::size_t(scale)].tokens();
        seen += tokens;
        std::vector<std::array<std::int64_t, 2>> row(std::size_t(kinds.layers()), {seen, seen});
        if (seen > terms.budget) {
            std::vector<Demand> demands;
            std::vector<std::int64_t*> shares; // whose they are
            for (std::int64_t layer = 0; layer < kinds.layers(); ++layer) {
                for (const KindPlan::Kind kind : kKinds) {
                    const std::int64_t heads = headsOf(kinds.contextual[std::size_t(layer)], kind);
                    if (heads == 0)
                        continue;
                    const std::int64_t before =
                        scale == 0 ? 0 : plan.entries.back()[std::size_t(layer)][kind];
                    demands.push_back({.wanted = reliance(kinds, scale, scales, layer, kind),
                                       .least = 1,
                                       .most = before + tokens,
                                       .weight = heads * terms.sequences[std::size_t(layer)]});
                    shares.push_back(&row[std::size_t(layer)][kind]);
                }
            }
            const std::vector<std::int64_t> given = allocate(demands, weights * terms.budget);
            for (std::size_t i = 0; i < given.size(); ++i)
                *shares[i] = given[i];
        }
        plan.entries.push_back(std::move(row));
    }
    return plan;
}

} // namespace scalekv
