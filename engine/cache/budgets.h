#pragma once

#include "engine/cache/cache_plan.h"
#include "scalekv/roles.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

/// How a budget is divided between layers and scales. Whatever the division, after every scale all layers
/// together hold what they would hold with `budget` entries each (or everything, while that is less): equal
/// budgets are equal bytes.
namespace scalekv {

/// Entries of a policy's observation window: ScaleKV's N = 16 patches, and as many for SnapKV.
constexpr std::int64_t kObservationWindow = 16;

struct BudgetTerms {
    std::span<const MapSize> schedule;
    std::span<const std::int64_t> sequences; ///< of each layer
    std::int64_t budget = 0;                 ///< tokens a layer and head, on average
    std::int64_t window = 0;                 ///< entries that every layer keeps in any case
};

/// Throws Error, for users, where the budget is less than what every layer keeps in any case.
void requireWindow(const BudgetTerms& terms);

/// Scales after which a layer with this budget holds less than the whole history (the last, which stores
/// nothing, is not among them), zero-based.
std::vector<std::int64_t> evictingScales(std::span<const MapSize> schedule, std::int64_t budget);

/// Every layer the same.
CachePlan uniformPlan(const BudgetTerms& terms);

/// Falling linearly from the first layer to the last, which gets 1/20 of the average (PyramidKV, Cai et al.
/// 2024, section 3.2, β = 20).
CachePlan pyramidPlan(const BudgetTerms& terms);

/// Tokens of drafters and refiners after one scale.
struct RoleBudget {
    std::int64_t scale = 0; ///< zero-based
    double drafter = 0;
    double refiner = 0;
};

/// Equation 4 of the paper, solved for the drafters of each evicting scale: refiners get Br(i) = Br(0) − δ·i,
/// i counting the evicting scales, drafters what that leaves of the budget. Br(0) and δ are the paper's in
/// proportion to the budget (600 and 70 of 650). Not yet bounded by the history, nor whole.
std::vector<RoleBudget> roleBudgets(const BudgetTerms& terms, const RoleTable& roles);

/// roleBudgets() in whole tokens: a drafter cannot keep more than the history, and what it cannot take goes
/// to the refiners in equal parts (as in the released budget files); nobody gets less than the window.
CachePlan scaleKvPlan(const BudgetTerms& terms, const RoleTable& roles);

} // namespace scalekv
