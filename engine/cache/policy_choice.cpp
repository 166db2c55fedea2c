#include "scalekv/policy_choice.h"

#include "engine/cache/table_limits.h"
#include "engine/io/ascii.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"
#include "scalekv/unit_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace scalekv {
namespace {

constexpr const char* kBudgetForms =
    "; give a share of the history (10%, 0.1), a number of tokens (650), or of bytes (3.5MiB).";

struct ByteUnit {
    std::string_view name;
    double bytes;
};
constexpr std::array<ByteUnit, 9> kByteUnits{{{"TiB", 1024.0 * 1024 * 1024 * 1024},
                                              {"GiB", 1024.0 * 1024 * 1024},
                                              {"MiB", 1024.0 * 1024},
                                              {"KiB", 1024.0},
                                              {"TB", 1e12},
                                              {"GB", 1e9},
                                              {"MB", 1e6},
                                              {"KB", 1e3},
                                              {"B", 1}}}; // which the others end with

/// The unit at the end of a text, whatever its case; null for none.
const ByteUnit* byteUnitOf(std::string_view text) {
    const auto same = [](char a, char b) { return lowerAscii(a) == lowerAscii(b); };
    const auto unit = std::find_if(kByteUnits.begin(), kByteUnits.end(), [&](const ByteUnit& one) {
        return text.size() >= one.name.size() &&
               std::equal(one.name.begin(), one.name.end(), text.end() - std::ptrdiff_t(one.name.size()),
                          same);
    });
    return unit == kByteUnits.end() ? nullptr : &*unit;
}

/// The whole of `text` as a number.
bool parseNumber(std::string_view text, double& value) {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

/// A short text that reads back as just so many bytes: "3.5 MiB", "400 MB", "12345 B".
std::string exactBytes(std::int64_t bytes) {
    std::string best = std::to_string(bytes) + " B";
    constexpr int kMostDecimals = 5;
    for (const ByteUnit& unit : kByteUnits) {
        const double value = static_cast<double>(bytes) / unit.bytes;
        for (int decimals = 0; value >= 1 && decimals <= kMostDecimals; ++decimals) {
            std::array<char, 32> number{};
            const char* end = std::to_chars(number.data(), number.data() + number.size(), value,
                                            std::chars_format::fixed, decimals)
                                  .ptr;
            const std::string_view digits(number.data(), std::size_t(end - number.data()));
            double back = 0;
            if (!parseNumber(digits, back) || std::floor(back * unit.bytes) != static_cast<double>(bytes))
                continue;
            // Units of 1024 are tried before, and are usual here: 500 KiB, not 512 KB.
            const std::size_t handicap = unit.name.size() == 2 ? 1 : 0;
            if (std::string text = std::string(digits) + ' ' + std::string(unit.name);
                text.size() + handicap < best.size())
                best = std::move(text);
            break;
        }
    }
    return best;
}

/// "2.5" for "2,5"; none for what is no number then either.
std::optional<std::string> withPoint(std::string_view number) {
    std::string text(number);
    std::replace(text.begin(), text.end(), ',', '.');
    double value = 0;
    return text != number && parseNumber(text, value) ? std::optional(text) : std::nullopt;
}

} // namespace

Budget Budget::parse(const std::string& text) {
    const std::string quoted = '"' + printable(text) + '"';
    std::string_view number = text;
    const bool percent = number.ends_with('%');
    const ByteUnit* unit = byteUnitOf(number);
    if (percent || unit != nullptr)
        number.remove_suffix(percent ? 1 : unit->name.size());
    while (number.ends_with(' '))
        number.remove_suffix(1);
    if (number.empty())
        throw Error(std::string("The budget has no number") + kBudgetForms);
    double value = 0;
    if (!parseNumber(number, value))
        throw Error(withPoint(number) ? quoted + " has a comma; write " + *withPoint(number) +
                                            std::string(text).substr(number.size()) + " with a point."
                                      : quoted + " is not a budget" + kBudgetForms);
    if (value <= 0)
        throw Error("A budget of " + quoted + " would keep nothing" + kBudgetForms);
    if (percent && value > 100)
        throw Error("A budget of " + quoted + " is more than everything" + kBudgetForms);
    if (percent)
        return {.fraction = value / 100};
    if (unit != nullptr) {
        const double bytes = std::floor(value * unit->bytes);
        if (bytes < 1)
            throw Error("A budget of " + quoted + " would keep nothing" + kBudgetForms);
        if (bytes > double(kMostBudgetBytes))
            throw Error("A budget of " + quoted + " is more than any model has" + kBudgetForms);
        return {.bytes = static_cast<std::int64_t>(bytes)};
    }
    if (value < 1)
        return {.fraction = value};
    if (value == 1) // "0.5" is half, "2" are two tokens: this could be either
        throw Error("A budget of " + quoted +
                    " could be everything or one token; write 100%, or a larger number of tokens.");
    if (value != std::floor(value))
        throw Error(quoted + " is not a whole number of tokens; write " + std::string(number) +
                    "% for a share of the history.");
    if (value > double(kMostTokens))
        throw Error("A budget of " + quoted + " tokens is more than any model has" + kBudgetForms);
    return {.tokens = static_cast<std::int64_t>(value)};
}

double Budget::averageTokens(const WholeHistory& history) const {
    const auto all = static_cast<double>(std::max<std::int64_t>(1, history.tokens));
    if (tokens > 0)
        return std::min(static_cast<double>(tokens), all);
    if (bytes > 0) {
        if (history.tokenBytes <= 0)
            throw std::logic_error("Budget: a token's bytes must be known");
        return std::min(static_cast<double>(bytes) / static_cast<double>(history.tokenBytes), all);
    }
    if (!(fraction > 0 && fraction <= 1))
        throw Error("The budget must be more than 0 and at most 100 % of the history, or a number of tokens "
                    "or bytes.");
    return fraction * all;
}

std::int64_t Budget::inTokens(const WholeHistory& history) const {
    const double average = averageTokens(history);
    if (bytes == 0)
        return std::max<std::int64_t>(1, std::llround(average));
    if (average < 1)
        throw Error("A budget of " + text() + " holds not even one token, which takes " +
                    byteText(history.tokenBytes) + " here; choose more.");
    return static_cast<std::int64_t>(average); // never more bytes than these
}

std::string Budget::text() const {
    if (tokens > 0)
        return std::to_string(tokens) + " tokens";
    if (bytes > 0)
        return exactBytes(bytes);
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.4g %%", fraction * 100);
    return buffer;
}

bool evicts(std::string_view name) {
    return name != "full";
}

bool keepsEveryToken(std::string_view name) {
    return name == "full" || name == "spectral";
}

bool takesCalibration(std::string_view name) {
    PolicyChoice choice;
    choice.name = name;
    return needsRoles(choice) || needsHeadOrders(choice) || needsHeadKinds(choice);
}

bool PolicyChoice::evicts() const {
    return scalekv::evicts(name);
}

std::string PolicyChoice::text() const {
    return evicts() ? name + " " + budgetText() : name;
}

std::string PolicyChoice::budgetText() const {
    return evicts() ? budget.text() : std::string();
}

bool needsRoles(const PolicyChoice& choice) {
    return choice.name == "scalekv" || (choice.name == "scalekv-reference" && !choice.budgetTable);
}

bool needsHeadOrders(const PolicyChoice& choice) {
    return choice.name == "heatkv";
}

bool needsHeadKinds(const PolicyChoice& choice) {
    return choice.name == "hack";
}

std::span<const std::string_view> policyNames() {
    static constexpr std::array<std::string_view, 11> kNames{
        "full",    "sliding-window",    "streaming-llm", "evenly-spaced", "snapkv",  "pyramidkv",
        "scalekv", "scalekv-reference", "heatkv",        "hack",          "spectral"};
    return kNames;
}

std::span<const std::string_view> evictingPolicyNames() {
    return policyNames().subspan(1); // "full" is the first
}

std::string policyList(std::span<const std::string_view> names) {
    std::string list;
    for (const std::string_view name : names)
        list += (list.empty() ? "" : ", ") + std::string(name);
    return list;
}

void checkPolicyName(std::string_view name) {
    const auto names = policyNames();
    if (std::find(names.begin(), names.end(), name) == names.end())
        throw Error("Policy \"" + printable(name) + "\" is unknown; choose one of " + policyList() + ".");
}

} // namespace scalekv
