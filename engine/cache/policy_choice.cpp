#include "scalekv/policy_choice.h"

#include "scalekv/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace scalekv {
namespace {

constexpr const char* kBudgetForms = "; give a share of the history (10%, 0.1) or a number of tokens (650).";

/// The whole of `text` as a number.
bool parseNumber(std::string_view text, double& value) {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size();
}

} // namespace

Budget Budget::parse(const std::string& text) {
    const bool percent = text.ends_with('%');
    std::string_view number = text;
    if (percent)
        number.remove_suffix(1);
    while (number.ends_with(' '))
        number.remove_suffix(1);
    double value = 0;
    if (!parseNumber(number, value) || !(value > 0))
        throw Error("\"" + text + "\" is not a budget" + kBudgetForms);
    Budget budget;
    if (percent || value <= 1) {
        budget.fraction = percent ? value / 100 : value;
        if (budget.fraction > 1)
            throw Error("A budget of " + text + " is more than everything" + kBudgetForms);
    } else {
        constexpr double kMostTokens = 1e9;
        if (value != std::floor(value) || value > kMostTokens)
            throw Error("\"" + text + "\" is not a whole number of tokens" + kBudgetForms);
        budget.tokens = static_cast<std::int64_t>(value);
    }
    return budget;
}

std::int64_t Budget::inTokens(std::span<const MapSize> schedule) const {
    const std::int64_t history = std::max<std::int64_t>(1, cachedTokens(schedule));
    if (tokens > 0)
        return std::min(tokens, history);
    if (!(fraction > 0 && fraction <= 1))
        throw Error(
            "The budget must be more than 0 and at most 100 % of the history, or a number of tokens.");
    return std::clamp<std::int64_t>(std::llround(fraction * static_cast<double>(history)), 1, history);
}

std::string Budget::text() const {
    if (tokens > 0)
        return std::to_string(tokens) + " tokens";
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.4g %%", fraction * 100);
    return buffer;
}

std::string PolicyChoice::text() const {
    return name == "full" ? name : name + " " + budget.text();
}

bool needsRoles(const PolicyChoice& choice) {
    return choice.name == "scalekv" || (choice.name == "scalekv-reference" && !choice.budgetTable);
}

std::span<const std::string_view> policyNames() {
    static constexpr std::array<std::string_view, 8> kNames{
        "full",   "sliding-window", "streaming-llm", "evenly-spaced",
        "snapkv", "pyramidkv",      "scalekv",       "scalekv-reference"};
    return kNames;
}

} // namespace scalekv
