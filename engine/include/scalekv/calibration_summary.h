#pragma once

#include "scalekv/budget_table.h"
#include "scalekv/calibration.h"
#include "scalekv/head_kinds.h"
#include "scalekv/head_orders.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What follows from a calibration's figures.
namespace scalekv {

/// How the roles change with the prompts: of many random splits into halves, how alike the halves' roles are.
struct HalvesAgreement {
    int splits = 0;
    RoleAgreement mean, least, most;
};

/// How alike the roles of the first few prompts are to those of all.
struct FirstPromptsAgreement {
    std::size_t prompts = 0;
    RoleAgreement agreement;
};

struct CalibrationSummary {
    ScaleLayerTable current, top; ///< means over prompts and heads
    ScaleLayerTable asi;          ///< their product
    ScaleLayerTable z;
    RoleTable roles;
    std::optional<HalvesAgreement> halves; ///< of two prompts or more
    std::vector<FirstPromptsAgreement> firstPrompts;
};

/// The mean of some prompts' factors, [scale][layer].
struct MeanSelectivity {
    ScaleLayerTable current, top, asi;
};
MeanSelectivity meanSelectivity(const Calibration& calibration, const std::vector<std::size_t>& prompts);

/// Why a calibration has none of what follows, and what to do: how a sentence about its file ends.
inline constexpr std::string_view kNoHeadOrders =
    "does not say what later scales look at, since an older program made it or its size has too few scales; "
    "calibrate the model anew, or at a larger size (scalekv calibrate).";
inline constexpr std::string_view kNoHeadKinds =
    "does not say how heads look back, since an older program made it; calibrate the model anew (scalekv "
    "calibrate).";

/// The order in which heads drop: by the mean of the prompts' S-CAS, least attended first; of equal ones the
/// first head, then the first layer (as the released code sorts). None where a prompt has none.
std::optional<HeadOrders> headOrders(const Calibration& calibration);

/// How heads look back, as the mean of the prompts: of all heads together the contextualShare() with the
/// least variance are contextual, rounded; of equal ones the first layer, then the first head. None where a
/// prompt does not say.
std::optional<HeadKinds> headKinds(const Calibration& calibration);

/// Throws Error where no prompt was measured.
CalibrationSummary summarise(const Calibration& calibration);

/// Budget files for 4, 10 and 20 % of the history, by name ("4 %"), for the calibrated size and equal
/// sequences in all layers. A budget that the policy cannot keep to, or that evicts nothing, has none.
std::vector<std::pair<std::string, BudgetTable>> calibratedBudgets(const Calibration& calibration,
                                                                   const RoleTable& roles);

} // namespace scalekv
