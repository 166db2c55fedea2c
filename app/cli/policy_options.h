#pragma once

#include "scalekv/model.h"
#include "scalekv/policy_choice.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace scalekv::cli {

/// What stays in the cache: --policy, --budget, --budget-file, --calibration.
class PolicyOptions {
public:
    void addTo(CLI::App& command);
    /// `otherwise` (the full cache, or a recipe's) with what the user gave; files are read. `model`: the one
    /// that a calibration has to fit; null: any. Throws Error where options contradict each other, or a file
    /// cannot be used.
    PolicyChoice choice(PolicyChoice otherwise, const Model* model) const;

private:
    std::optional<std::string> name_;
    std::optional<Budget> budget_;
    std::string budgetFile_;
    std::string calibrationFile_;
};

/// What the user gave as --budget-file and --calibration, for policies that read them. A calibration of other
/// weights with the same layers is used, with a note on standard error, since it was asked for.
struct PolicyTables {
    std::optional<BudgetTable> budgets;
    std::optional<RoleTable> roles;

    void addTo(PolicyChoice& choice) const;
};
/// Empty names: none. Throws Error.
PolicyTables readPolicyTables(const std::string& budgetFile, const std::string& calibrationFile,
                              const Model* model);

/// The names of all policies, for help texts.
std::string policyList();

} // namespace scalekv::cli
