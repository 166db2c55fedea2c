#pragma once

#include "scalekv/budget_table.h"
#include "scalekv/head_kinds.h"
#include "scalekv/head_orders.h"
#include "scalekv/roles.h"
#include "scalekv/scale_schedule.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace scalekv {

/// What a budget is a part of: what the last scale attends to under the full cache (nothing is stored at the
/// last scale).
struct WholeHistory {
    std::int64_t tokens = 0;
    std::int64_t tokenBytes =
        0; ///< of one token's keys and values in all layers, heads and halves of guidance
    bool operator==(const WholeHistory&) const = default;
};

/// No budget in bytes is larger.
inline constexpr std::int64_t kMostBudgetBytes = 1'000'000'000'000'000;

/// How many entries a layer and head may retain after a scale: a fraction of the history that the last scale
/// attends to, a number of tokens, or what so many bytes hold. The same for every policy, so that equal
/// budgets mean equal bytes.
struct Budget {
    double fraction = 1.0;   ///< 0 < fraction ≤ 1; read where the others are 0
    std::int64_t tokens = 0; ///< > 0: this many tokens
    std::int64_t bytes = 0;  ///< > 0: this many bytes for all keys and values of one picture

    /// "10%", "0.1" (a fraction), "100%" (everything), "650" (tokens), "3.5 MiB" (bytes; B, KiB … TiB, and
    /// KB … TB of 1000; parseBudgets() reads lists). Throws Error that says what is wrong with anything else,
    /// and with "1", which people take for everything and for one token.
    static Budget parse(const std::string& text);
    /// On average over layers and heads, at most the whole history; need not be whole. Throws Error where the
    /// fraction is not within (0, 1].
    double averageTokens(const WholeHistory& history) const;
    /// In whole tokens, at least 1. Throws Error also where the bytes hold none.
    std::int64_t inTokens(const WholeHistory& history) const;
    /// "10 %", "650 tokens" or "3.5 MiB".
    std::string text() const;
    bool operator==(const Budget&) const = default;
};

/// What is kept where nobody says how much, and what is compared where nobody says with what: the budget that
/// ScaleKV's paper is about, and the three that it measures.
inline constexpr Budget kUsualBudget{.fraction = 0.1};
inline constexpr std::array kPaperBudgets{Budget{.fraction = 0.04}, kUsualBudget, Budget{.fraction = 0.2}};

/// What is proposed where nobody says which: the closest to the full cache at any budget
/// (docs/comparison.md).
inline constexpr std::string_view kUsualPolicy = "spectral";

/// Which policy decides what stays in the cache, and how much may stay. The tables that it needs are part of
/// it, not files beside it: a picture's recipe then holds all that is needed to make it again.
struct PolicyChoice {
    std::string name = "full"; ///< one of policyNames()
    Budget budget;             ///< not read by "full"
    /// scalekv, scalekv-reference: drafters and refiners; none: those of the model's own calibration.
    std::optional<RoleTable> roles = {};
    /// scalekv-reference: budgets of a released file; none: derived from the roles.
    std::optional<BudgetTable> budgetTable = {};
    /// heatkv: in which order heads give up what they hold; none: that of the model's own calibration.
    std::optional<HeadOrders> headOrders = {};
    /// hack: how heads look back; none: as the model's own calibration says.
    std::optional<HeadKinds> headKinds = {};

    /// It throws something away: any but "full". Only then is there a budget.
    bool evicts() const;
    /// "full", or "scalekv 10 %".
    std::string text() const;
    /// "10 %"; empty for "full".
    std::string budgetText() const;
    bool operator==(const PolicyChoice&) const = default;
};

/// Whether a policy of this name throws anything away.
bool evicts(std::string_view name);
/// Whether every token stays under it, in fewer bits where there is a budget.
bool keepsEveryToken(std::string_view name);
/// Whether it reads a calibration: the roles that it divides its budget by, the orders in which heads drop,
/// or how heads look back.
bool takesCalibration(std::string_view name);
/// Whether a policy treats drafters and refiners differently, and so needs to know them.
bool needsRoles(const PolicyChoice& choice);
/// Whether a policy drops heads in an order, and so needs to know it.
bool needsHeadOrders(const PolicyChoice& choice);
/// Whether a policy treats heads by how they look back, and so needs to know it.
bool needsHeadKinds(const PolicyChoice& choice);

/// "full", "sliding-window", "streaming-llm", "evenly-spaced", "snapkv", "pyramidkv", "scalekv",
/// "scalekv-reference", "heatkv", "hack", "spectral".
std::span<const std::string_view> policyNames();
/// All but "full": those that a budget is for.
std::span<const std::string_view> evictingPolicyNames();

/// "snapkv, pyramidkv, …", for a sentence.
std::string policyList(std::span<const std::string_view> names = policyNames());

/// Throws Error that lists the policies unless `name` is one of policyNames().
void checkPolicyName(std::string_view name);

} // namespace scalekv
