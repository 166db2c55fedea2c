#pragma once

#include "scalekv/budget_table.h"
#include "scalekv/roles.h"
#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace scalekv {

/// How many entries a layer and head may retain after a scale: a fraction of the history that the last scale
/// attends to (nothing is stored at the last scale), or a number of tokens. The same for every policy, so
/// that equal budgets mean equal bytes.
struct Budget {
    double fraction = 1.0;   ///< 0 < fraction ≤ 1; read where `tokens` is 0
    std::int64_t tokens = 0; ///< > 0: this many tokens

    /// "10%", "0.1" (a fraction), "1" or "100%" (everything), "650" (tokens). Throws Error for anything else.
    static Budget parse(const std::string& text);
    /// In tokens, at least 1, at most the whole history. Throws Error where the fraction is not within (0,
    /// 1].
    std::int64_t inTokens(std::span<const MapSize> schedule) const;
    /// "10 %" or "650 tokens".
    std::string text() const;
    bool operator==(const Budget&) const = default;
};

/// Which policy decides what stays in the cache, and how much may stay. The tables that it needs are part of
/// it, not files beside it: a picture's recipe then holds all that is needed to make it again.
struct PolicyChoice {
    std::string name = "full"; ///< one of policyNames()
    Budget budget;             ///< not read by "full"
    /// scalekv, scalekv-reference: drafters and refiners; none: those of the model's own calibration.
    std::optional<RoleTable> roles = {};
    /// scalekv-reference: budgets of a released file; none: derived from the roles.
    std::optional<BudgetTable> budgetTable = {};

    /// "full", or "scalekv 10 %".
    std::string text() const;
    bool operator==(const PolicyChoice&) const = default;
};

/// Whether a policy treats drafters and refiners differently, and so needs to know them.
bool needsRoles(const PolicyChoice& choice);

/// "full", "sliding-window", "streaming-llm", "evenly-spaced", "snapkv", "pyramidkv", "scalekv",
/// "scalekv-reference".
std::span<const std::string_view> policyNames();

} // namespace scalekv
