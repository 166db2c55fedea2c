#pragma once

#include "scalekv/calibration.h"
#include "scalekv/model.h"
#include "scalekv/policy_choice.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace scalekv::cli {

/// Those that read a calibration, for a sentence.
std::string calibratedPolicies();

/// What the user gave as --budget-file, --calibration, --head-orders and --head-kinds, for policies that read
/// them.
struct PolicyTables {
    std::optional<BudgetTable> budgets;
    std::optional<Calibration> calibration;
    std::string calibrationFile; ///< for messages
    std::optional<HeadOrders> headOrders;
    std::optional<HeadKinds> headKinds;

    /// Throws Error where a calibration does not say what the policy needs.
    void addTo(PolicyChoice& choice) const;
    /// Throws Error where the calibration is of a model with other layers. One of other weights with the same
    /// layers is used, with a note on standard error unless `quiet`, since it was asked for.
    void checkFit(const Model& model, bool quiet) const;
};
/// Names of the files; empty: none.
struct PolicyFiles {
    std::string budgets, calibration, headOrders, headKinds;

    /// The options that name them. `group`: their heading; empty: the usual one.
    void addTo(CLI::App& command, const std::string& group = {});
};
/// Throws Error.
PolicyTables readPolicyTables(const PolicyFiles& files);

/// What stays in the cache: --policy, --budget, --budget-file, --calibration, --head-orders, --head-kinds.
class PolicyOptions {
public:
    void addTo(CLI::App& command);
    /// `otherwise` (the full cache, or a recipe's) with what the user gave, but for the files. Throws
    /// CLI::ValidationError where options contradict each other.
    PolicyChoice choice(PolicyChoice otherwise) const;
    /// The files. Throws Error.
    PolicyTables tables() const;

private:
    std::optional<std::string> name_;
    std::optional<Budget> budget_;
    PolicyFiles files_;
};

} // namespace scalekv::cli
