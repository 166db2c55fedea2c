#pragma once

#include "scalekv/policy_choice.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace scalekv {

/// Of some policies and budgets those that can run, and why others cannot: each reason once.
struct FeasibleChoices {
    std::vector<PolicyChoice> choices;
    struct LeftOut {
        std::string why; ///< a sentence
        std::vector<PolicyChoice> which;
    };
    std::vector<LeftOut> leftOut;
};

/// `problem` says in a sentence why one cannot run; empty: it can.
FeasibleChoices feasibleChoices(std::span<const PolicyChoice> choices,
                                const std::function<std::string(const PolicyChoice& choice)>& problem);

} // namespace scalekv
