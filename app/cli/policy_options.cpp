#include "app/cli/policy_options.h"

#include "scalekv/error.h"

#include <algorithm>

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
    choice_.budget.fraction = kDefaultBudget;
    const auto known = [](const std::string& name) -> std::string {
        const auto names = policyNames();
        return std::find(names.begin(), names.end(), name) != names.end()
                   ? ""
                   : "\"" + name + "\" is not a policy; choose one of " + policyList();
    };
    const std::string group = "Cache";
    command.add_option("--policy", choice_.name, "What stays in the KV cache: " + policyList() + " (full)")
        ->check(known)
        ->type_name("NAME")
        ->group(group);
    command
        .add_option_function<std::string>(
            "--budget",
            [this](const std::string& text) {
                try {
                    choice_.budget = Budget::parse(text);
                } catch (const Error& error) {
                    throw CLI::ValidationError("--budget", error.what());
                }
                budgetGiven_ = true;
            },
            "How much stays, per layer and head: a share of the history (10%, 0.1) or tokens (650) (10%)")
        ->type_name("BUDGET")
        ->group(group);
    command
        .add_option("--budget-file", choice_.budgetFile,
                    "scalekv-reference: a budget file of the released code (derived from the calibration)")
        ->type_name("FILE")
        ->group(group);
    command
        .add_option("--calibration", choice_.calibrationFile,
                    "scalekv: drafters and refiners as `scalekv calibrate` wrote them (the model's own)")
        ->type_name("FILE")
        ->group(group);
}

PolicyChoice PolicyOptions::choice() const {
    if (choice_.name == "full") {
        if (budgetGiven_)
            throw Error("A budget needs a policy that evicts something; name one with --policy (" +
                        policyList() + ").");
        return {};
    }
    if (!choice_.budgetFile.empty() && choice_.name != "scalekv-reference")
        throw Error("--budget-file belongs to --policy scalekv-reference.");
    return choice_;
}

} // namespace scalekv::cli
