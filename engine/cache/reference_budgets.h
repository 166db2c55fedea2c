#pragma once

#include "engine/cache/budgets.h"
#include "scalekv/budget_table.h"

/// The budgets of the released ScaleKV code: made from roles, and what they come to layer by layer.
namespace scalekv {

/// Budgets of any schedule from roles, in this form: Max is bounded by what the drafters have and chosen so
/// that Min comes out whole with the least loss. Assumes equal sequences in all layers, as the format does.
BudgetTable deriveBudgetTable(const BudgetTerms& terms, const RoleTable& roles);

/// What the released code keeps: everything until a layer holds more than `baseCapacity` entries, from then
/// on after every scale at most what the table says (baseCapacity where it has no row), never less than the
/// window.
CachePlan referencePlan(std::span<const MapSize> schedule, std::int64_t layers, const BudgetTable& table,
                        std::int64_t baseCapacity, std::int64_t window);

} // namespace scalekv
