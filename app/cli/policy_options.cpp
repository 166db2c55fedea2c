#include "app/cli/policy_options.h"

#include "app/cli/usage_error.h"
#include "scalekv/calibration_summary.h"
#include "scalekv/error.h"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <vector>

namespace scalekv::cli {

void PolicyFiles::addTo(CLI::App& command, const std::string& group) {
    const auto add = [&](const char* name, std::string& file, const std::string& help) {
        CLI::Option* option = command.add_option(name, file, help)->type_name("FILE");
        if (!group.empty())
            option->group(group);
    };
    add("--budget-file", budgets,
        "scalekv-reference: a budget file of the released code (derived from the calibration)");
    add("--calibration", calibration,
        calibratedPolicies() + ": what `scalekv calibrate` wrote about a model (the model's own)");
    add("--head-orders", headOrders, "heatkv: an order file of the released code (that of the calibration)");
    add("--head-kinds", headKinds,
        "hack: kinds of heads as `scalekv calibrate --head-kinds` wrote them (those of the calibration)");
}

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
    files_.addTo(command, group);
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
    if (!files_.budgets.empty() && choice.name != "scalekv-reference")
        throw CLI::ValidationError("--budget-file", "belongs to --policy scalekv-reference");
    if (!files_.calibration.empty() && !takesCalibration(choice.name))
        throw CLI::ValidationError("--calibration", "belongs to --policy " + calibratedPolicies());
    if (!files_.headOrders.empty() && !needsHeadOrders(choice))
        throw CLI::ValidationError("--head-orders", "belongs to --policy heatkv");
    if (!files_.headKinds.empty() && !needsHeadKinds(choice))
        throw CLI::ValidationError("--head-kinds", "belongs to --policy hack");
    if (budget_)
        choice.budget = *budget_;
    return evicts ? choice : PolicyChoice{};
}

std::string calibratedPolicies() {
    std::vector<std::string_view> names;
    std::copy_if(policyNames().begin(), policyNames().end(), std::back_inserter(names), takesCalibration);
    return policyList(names);
}

PolicyTables PolicyOptions::tables() const {
    return readPolicyTables(files_);
}

void PolicyTables::addTo(PolicyChoice& choice) const {
    if (budgets && choice.name == "scalekv-reference")
        choice.budgetTable = budgets;
    if (calibration && needsRoles(choice))
        choice.roles = calibration->roles;
    if (needsHeadOrders(choice) && (headOrders || calibration)) {
        choice.headOrders = headOrders ? headOrders : scalekv::headOrders(*calibration);
        if (!choice.headOrders)
            throw Error(calibrationFile + ": " + std::string(kNoHeadOrders));
    }
    if (needsHeadKinds(choice) && (headKinds || calibration)) {
        choice.headKinds = headKinds ? headKinds : scalekv::headKinds(*calibration);
        if (!choice.headKinds)
            throw Error(calibrationFile + ": " + std::string(kNoHeadKinds));
    }
}

void PolicyTables::checkFit(const Model& model, bool quiet) const {
    if (!calibration)
        return;
    const std::string note =
        noteOnUse(*calibration, calibrationFile, model.identity(), model.layers(), model.heads());
    if (!note.empty() && !quiet)
        std::cerr << "Note: " << calibrationFile << ": " << note << '\n';
}

PolicyTables readPolicyTables(const PolicyFiles& files) {
    PolicyTables tables;
    if (!files.budgets.empty())
        tables.budgets = readBudgetFile(files.budgets);
    if (!files.calibration.empty())
        tables.calibration = readCalibration(files.calibration);
    tables.calibrationFile = files.calibration;
    if (!files.headOrders.empty())
        tables.headOrders = readHeadOrders(files.headOrders);
    if (!files.headKinds.empty())
        tables.headKinds = readHeadKinds(files.headKinds);
    return tables;
}

} // namespace scalekv::cli
