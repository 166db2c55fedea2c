#include "engine/cache/reference_budgets.h"

#include <algorithm>

namespace scalekv {

BudgetTable deriveBudgetTable(const BudgetTerms& terms, const RoleTable& roles) {
    requireWindow(terms);
    const auto layers = static_cast<std::int64_t>(terms.sequences.size());
    BudgetTable table;
    std::vector<std::int64_t> held; // what each layer retained after the row before
    for (const RoleBudget& budget : roleBudgets(terms, roles)) {
        const auto upTo = std::size_t(budget.scale) + 1;
        const std::int64_t tokens = terms.schedule[upTo - 1].tokens();
        held.resize(std::size_t(layers), totalTokens(terms.schedule.first(upTo)) - tokens);
        BudgetRow row;
        for (std::int64_t l = 0; l < layers; ++l)
            row.drafter.push_back(roles.drafter(budget.scale, l));
        row.limit = totalTokens(terms.schedule.first(upTo));
        for (std::size_t l = 0; l < held.size(); ++l)
            if (row.drafter[l])
                row.limit = std::min(row.limit, held[l] + tokens);
        const std::int64_t drafters = std::count(row.drafter.begin(), row.drafter.end(), true);
        const std::int64_t refiners = layers - drafters;
        const std::int64_t total = layers * terms.budget;
        row.drafterTokens = std::clamp<std::int64_t>(std::int64_t(budget.drafter), 1, row.limit);
        row.refinerTokens = std::max<std::int64_t>(1, std::int64_t(budget.refiner));
        if (drafters > 0 && refiners > 0) {
            // Whole numbers on both sides: of the few largest Max, the one that leaves the least over.
            std::int64_t best = row.drafterTokens;
            const auto lost = [&](std::int64_t most) { return (total - drafters * most) % refiners; };
            for (std::int64_t most = row.drafterTokens;
                 most > std::max<std::int64_t>(0, row.drafterTokens - refiners); --most)
                if (lost(most) < lost(best))
                    best = most;
            row.drafterTokens = best;
            row.refinerTokens = (total - drafters * best) / refiners;
        }
        for (std::int64_t l = 0; l < layers; ++l)
            held[std::size_t(l)] = std::min(held[std::size_t(l)] + tokens, row.tokens(l));
        table.emplace(budget.scale, std::move(row));
    }
    return table;
}

CachePlan referencePlan(std::span<const MapSize> schedule, std::int64_t layers, const BudgetTable& table,
                        std::int64_t baseCapacity, std::int64_t window) {
    std::vector<std::vector<std::int64_t>> plan;
    std::vector<bool> reached(std::size_t(layers), false);
    for (std::size_t k = 0; k + 1 < schedule.size(); ++k) {
        std::vector<std::int64_t> row;
        for (std::int64_t l = 0; l < layers; ++l) {
            const auto layer = static_cast<std::size_t>(l);
            std::int64_t held = schedule[k].tokens() + (k == 0 ? 0 : plan.back()[layer]);
            if (reached[layer] || held > baseCapacity) {
                reached[layer] = true;
                const auto found = table.find(std::int64_t(k));
                const std::int64_t capacity = found != table.end() && layer < found->second.drafter.size()
                                                  ? found->second.tokens(l)
                                                  : baseCapacity;
                held = std::min(held, std::max(capacity, window));
            }
            row.push_back(held);
        }
        plan.push_back(std::move(row));
    }
    return {schedule, layers, std::move(plan)};
}

} // namespace scalekv
