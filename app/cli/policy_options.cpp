#include "app/cli/policy_options.h"

#include "scalekv/calibration.h"
#include "scalekv/error.h"

#include <algorithm>
#include <iostream>

namespace scalekv::cli {
namespace {

constexpr double kDefaultBudget = 0.1; // what ScaleKV's paper is about

} // namespace

std::string policyList() {
    std::string names;
    for (const std::string_view name : policyNames())
        names += (names.empty() ? "" : ", ") + std::string(name);
    return names;
}

void PolicyOptions::addTo(CLI::App& command) {
    const auto known = [](const std::string& name) -> std::string {
        const auto names = policyNames();
        return std::find(names.begin(), names.end(), name) != names.end()
                   ? ""
                   : "\"" + name + "\" is not a policy; choose one of " + policyList();
    };
    const std::string group = "Cache";
    command.add_option("--policy", name_, "What stays in the KV cache: " + policyList() + " (full)")
        ->check(known)
        ->type_name("NAME")
        ->group(group);
    command
        .add_option_function<std::string>(
            "--budget",
            [this](const std::string& text) {
                try {
                    budget_ = Budget::parse(text);
                } catch (const Error& error) {
                    throw CLI::ValidationError("--budget", error.what());
                }
            },
            "How much stays, per layer and head: a share of the history (10%, 0.1) or tokens (650) (10%)")
        ->type_name("BUDGET")
        ->group(group);
    command
        .add_option("--budget-file", budgetFile_,
                    "scalekv-reference: a budget file of the released code (derived from the calibration)")
        ->type_name("FILE")
        ->group(group);
    command
        .add_option("--calibration", calibrationFile_,
                    "scalekv: drafters and refiners as `scalekv calibrate` wrote them (the model's own)")
        ->type_name("FILE")
        ->group(group);
}

PolicyChoice PolicyOptions::choice(PolicyChoice choice, const Model* model) const {
    if (name_ && *name_ != choice.name) {
        choice = {};
        choice.name = *name_;
        choice.budget.fraction = kDefaultBudget;
    }
    if (choice.name == "full") {
        if (budget_)
            throw Error("A budget needs a policy that evicts something; name one with --policy (" +
                        policyList() + ").");
        if (!budgetFile_.empty() || !calibrationFile_.empty())
            throw Error("--budget-file and --calibration need a policy that reads them; name scalekv or "
                        "scalekv-reference with --policy.");
        return {};
    }
    if (budget_)
        choice.budget = *budget_;
    if (!budgetFile_.empty() && choice.name != "scalekv-reference")
        throw Error("--budget-file belongs to --policy scalekv-reference.");
    if (!calibrationFile_.empty() && !choice.name.starts_with("scalekv"))
        throw Error("--calibration belongs to --policy scalekv and scalekv-reference.");
    readPolicyTables(budgetFile_, calibrationFile_, model).addTo(choice);
    return choice;
}

void PolicyTables::addTo(PolicyChoice& choice) const {
    if (budgets && choice.name == "scalekv-reference")
        choice.budgetTable = budgets;
    if (roles && needsRoles(choice))
        choice.roles = roles;
}

PolicyTables readPolicyTables(const std::string& budgetFile, const std::string& calibrationFile,
                              const Model* model) {
    PolicyTables tables;
    if (!budgetFile.empty())
        tables.budgets = readBudgetFile(budgetFile);
    if (calibrationFile.empty())
        return tables;
    Calibration calibration = readCalibration(calibrationFile);
    if (model != nullptr) {
        bool canBeUsed = false;
        const std::string problem = calibrationProblem(calibration.model, model->identity(), model->layers(),
                                                       model->heads(), &canBeUsed);
        if (!problem.empty() && !canBeUsed)
            throw Error(calibrationFile + ": " + problem);
        if (!problem.empty())
            std::cerr << "Note: " << calibrationFile << ": " << problem << '\n';
    }
    tables.roles = std::move(calibration.roles);
    return tables;
}

} // namespace scalekv::cli
