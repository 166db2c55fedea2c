#include "engine/cache/budgets.h"

#include "engine/cache/allocation.h"
#include "engine/cache/least_budget.h"
#include "scalekv/error.h"

#include <algorithm>
#include <numeric>

namespace scalekv {
namespace {

/// What a layer wants after the i-th evicting scale.
using Wanted = std::function<double(std::int64_t scale, std::int64_t layer, std::int64_t evictingIndex)>;

CachePlan divide(const BudgetTerms& terms, const Wanted& wanted) {
    const auto layers = static_cast<std::int64_t>(terms.sequences.size());
    const std::int64_t weights =
        std::accumulate(terms.sequences.begin(), terms.sequences.end(), std::int64_t{0});
    requireWindow(terms);
    std::vector<std::vector<std::int64_t>> table;
    std::int64_t seen = 0;
    std::int64_t evicting = 0;
    for (std::size_t k = 0; k + 1 < terms.schedule.size(); ++k) {
        const std::int64_t tokens = terms.schedule[k].tokens();
        seen += tokens;
        if (seen <= terms.budget) {
            table.emplace_back(std::size_t(layers), seen);
            continue;
        }
        std::vector<Demand> demands;
        for (std::int64_t l = 0; l < layers; ++l) {
            Demand demand;
            demand.most = tokens + (k == 0 ? 0 : table.back()[std::size_t(l)]);
            demand.least = std::min(std::max<std::int64_t>(1, terms.window), demand.most);
            demand.weight = terms.sequences[std::size_t(l)];
            demand.wanted = wanted(std::int64_t(k), l, evicting);
            demands.push_back(demand);
        }
        table.push_back(allocate(demands, weights * terms.budget));
        ++evicting;
    }
    return {terms.schedule, layers, std::move(table)};
}

} // namespace

void requireWindow(const BudgetTerms& terms) {
    if (terms.budget < std::max<std::int64_t>(1, terms.window))
        throw Error("A budget of " + std::to_string(terms.budget) + " tokens is less than the " +
                    std::to_string(terms.window) +
                    " entries that this policy keeps in any case; choose at least " +
                    leastBudget(terms.schedule, std::max<std::int64_t>(1, terms.window)) + ".");
}

std::vector<std::int64_t> evictingScales(std::span<const MapSize> schedule, std::int64_t budget) {
    std::vector<std::int64_t> scales;
    std::int64_t seen = 0;
    for (std::size_t k = 0; k + 1 < schedule.size(); ++k) {
        seen += schedule[k].tokens();
        if (seen > budget)
            scales.push_back(std::int64_t(k));
    }
    return scales;
}

CachePlan uniformPlan(const BudgetTerms& terms) {
    return divide(terms, [](auto, auto, auto) { return 1.0; });
}

CachePlan pyramidPlan(const BudgetTerms& terms) {
    constexpr double kBeta = 20;
    const double last = static_cast<double>(terms.budget) / kBeta;
    const double first = 2 * static_cast<double>(terms.budget) - last;
    const auto steps = static_cast<double>(std::max<std::size_t>(2, terms.sequences.size()) - 1);
    return divide(terms, [=](auto, std::int64_t layer, auto) {
        return first + (last - first) * static_cast<double>(layer) / steps;
    });
}

std::vector<RoleBudget> roleBudgets(const BudgetTerms& terms, const RoleTable& roles) {
    constexpr double kFirst = 600.0 / 650.0; // Br(0) of B_uniform
    constexpr double kStep = 70.0 / 650.0;   // δ of B_uniform
    const auto average = static_cast<double>(terms.budget);
    std::vector<RoleBudget> budgets;
    for (const std::int64_t scale : evictingScales(terms.schedule, terms.budget)) {
        double drafters = 0;
        double all = 0;
        for (std::size_t l = 0; l < terms.sequences.size(); ++l) {
            const auto weight = static_cast<double>(terms.sequences[l]);
            all += weight;
            drafters += roles.drafter(scale, std::int64_t(l)) ? weight : 0;
        }
        RoleBudget budget{scale, average, average};
        if (drafters > 0 && drafters < all) {
            const double refiner = average * (kFirst - kStep * static_cast<double>(budgets.size()));
            budget.refiner = std::max(refiner, static_cast<double>(std::max<std::int64_t>(1, terms.window)));
            budget.drafter = (all * average - (all - drafters) * budget.refiner) / drafters;
        }
        budgets.push_back(budget);
    }
    return budgets;
}

CachePlan scaleKvPlan(const BudgetTerms& terms, const RoleTable& roles) {
    const std::vector<RoleBudget> budgets = roleBudgets(terms, roles);
    return divide(terms, [&](std::int64_t scale, std::int64_t layer, std::int64_t evictingIndex) {
        const RoleBudget& budget = budgets[std::size_t(evictingIndex)];
        return roles.drafter(scale, layer) ? budget.drafter : budget.refiner;
    });
}

} // namespace scalekv
