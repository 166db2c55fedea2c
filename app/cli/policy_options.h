#pragma once

#include "scalekv/policy_choice.h"

#include <CLI/CLI.hpp>

#include <string>

namespace scalekv::cli {

/// What stays in the cache: --policy, --budget, --budget-file, --calibration.
class PolicyOptions {
public:
    void addTo(CLI::App& command);
    /// Throws Error where options contradict each other.
    PolicyChoice choice() const;

private:
    PolicyChoice choice_;
    bool budgetGiven_ = false;
};

/// The names of all policies, for help texts.
std::string policyList();

} // namespace scalekv::cli
