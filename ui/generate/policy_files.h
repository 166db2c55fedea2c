#pragma once

#include "scalekv/budget_table.h"
#include "scalekv/head_kinds.h"
#include "scalekv/head_orders.h"
#include "scalekv/roles.h"
#include "ui/shell/model_summary.h"

#include <QString>

#include <optional>

namespace scalekv::ui {

/// What a file has for a policy: one of the tables, or why it has none.
struct PolicyFile {
    std::optional<RoleTable> roles;
    std::optional<HeadOrders> headOrders; ///< beside roles, where the calibration says that, too
    std::optional<HeadKinds> headKinds;   ///< likewise
    std::optional<BudgetTable> budgets;
    QString note;    ///< what is odd about it, in a sentence
    QString problem; ///< why it cannot be used, in a sentence
};

/// `model`: whose layers it must fit, if one is known. May take a while: for large models these files are.
PolicyFile readRoles(const QString& path, const std::optional<ModelSummary>& model);
PolicyFile readBudgets(const QString& path, const std::optional<ModelSummary>& model);

} // namespace scalekv::ui
