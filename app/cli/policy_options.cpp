#include "app/cli/policy_options.h"

#include "app/cli/usage_error.h"
#include "scalekv/calibration_summary.h"
#include "scalekv/error.h"

#include <iostream>

namespace scalekv::cli {

void PolicyOptions::addTo(CLI::App& command) {
    const std::string group = "Cache";
    command
        .add_option_function<std::string>(
            "--policy",
            [this](const std::string& name) {
                judged("--policy", [&] { checkPolicyName(name); });
                name_ = name;
            },
            "What stays in the KV cache: " + policyList() + " (full)")
        ->type_name("NAME")
        ->group(group);
    command
        .add_option_function<std::string>(
            "--budget",
            [this](const std::string& text) {
                budget_ = judged("--budget", [&] { return Budget::parse(text); });
            },
            "How much stays, per layer and head: a share of the history (10%, 0.1), tokens (650), or bytes "
            "of a picture (3.5MiB) (" +
                kUsualBudget.text() + ")")
        ->type_name("BUDGET")
        ->group(group);
    command
        .add_option("--budget-file", budgetFile_,
                    "scalekv-reference: a budget file of the released code (derived from the calibration)")
        ->type_name("FILE")
        ->group(group);
    command
        .add_option("--calibration", calibrationFile_,
                    "scalekv, heatkv: what `scalekv calibrate` wrote about a model (the model's own)")
        ->type_name("FILE")
        ->group(group);
    command
        .add_option("--head-orders", headOrderFile_,
                    "heatkv: an order file of the released code (that of the calibration)")
        ->type_name("FILE")
        ->group(group);
}

PolicyChoice PolicyOptions::choice(PolicyChoice choice) const {
    if (name_ && *name_ != choice.name) {
        choice = {};
        choice.name = *name_;
        choice.budget = kUsualBudget;
    }
    const bool evicts = choice.evicts();
    if (budget_ && !evicts)
        throw CLI::ValidationError("--budget",
                                   "needs a policy that evicts something; name one with --policy (" +
                                       policyList(evictingPolicyNames()) + ")");
    if (!budgetFile_.empty() && choice.name != "scalekv-reference")
        throw CLI::ValidationError("--budget-file", "belongs to --policy scalekv-reference");
    if (!calibrationFile_.empty() && !takesCalibration(choice.name))
        throw CLI::ValidationError("--calibration",
                                   "belongs to --policy scalekv, scalekv-reference and heatkv");
    if (!headOrderFile_.empty() && !needsHeadOrders(choice))
        throw CLI::ValidationError("--head-orders", "belongs to --policy heatkv");
    if (budget_)
        choice.budget = *budget_;
    return evicts ? choice : PolicyChoice{};
}

PolicyTables PolicyOptions::tables() const {
    return readPolicyTables(budgetFile_, calibrationFile_, headOrderFile_);
}

void PolicyTables::addTo(PolicyChoice& choice) const {
    if (budgets && choice.name == "scalekv-reference")
        choice.budgetTable = budgets;
    if (calibration && needsRoles(choice))
        choice.roles = calibration->roles;
    if (!needsHeadOrders(choice))
        return;
    if (headOrders)
        choice.headOrders = headOrders;
    else if (calibration) {
        choice.headOrders = scalekv::headOrders(*calibration);
        if (!choice.headOrders)
            throw Error(calibrationFile +
                        ": does not say what later scales look at, since an older program made it or its "
                        "size has too few scales; calibrate the model anew (scalekv calibrate).");
    }
}

void PolicyTables::checkFit(const Model& model) const {
    if (!calibration)
        return;
    const std::string note =
        noteOnUse(*calibration, calibrationFile, model.identity(), model.layers(), model.heads());
    if (!note.empty())
        std::cerr << "Note: " << calibrationFile << ": " << note << '\n';
}

PolicyTables readPolicyTables(const std::string& budgetFile, const std::string& calibrationFile,
                              const std::string& headOrderFile) {
    PolicyTables tables;
    if (!budgetFile.empty())
        tables.budgets = readBudgetFile(budgetFile);
    if (!calibrationFile.empty())
        tables.calibration = readCalibration(calibrationFile);
    tables.calibrationFile = calibrationFile;
    if (!headOrderFile.empty())
        tables.headOrders = readHeadOrders(headOrderFile);
    return tables;
}

} // namespace scalekv::cli
