#include "engine/cache/budget_file.h"

#include "engine/error.h"
#include "engine/io/json_file.h"
#include "engine/json_fields.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace scalekv {
namespace {

constexpr std::int64_t kNameOffset = 2; // "Scale 9" belongs to zero-based scale 7
constexpr std::int64_t kMostScales = 1000;
constexpr std::int64_t kMostLayers = 10000;
constexpr std::int64_t kMostTokens = 1'000'000'000;

/// The number in "Scale 9".
std::optional<std::int64_t> numberAfter(std::string_view prefix, std::string_view name) {
    if (!name.starts_with(prefix))
        return std::nullopt;
    name.remove_prefix(prefix.size());
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (problem != std::errc() || end != name.data() + name.size())
        return std::nullopt;
    return number;
}

BudgetRow rowFromJson(const nlohmann::json& json, const std::string& what) {
    const JsonFields fields(json, what);
    BudgetRow row;
    row.drafterTokens = fields.integer("Max", 1, kMostTokens);
    row.refinerTokens = fields.integer("Min", 1, kMostTokens);
    row.limit = fields.integer("Limit", 0, kMostTokens, 0);
    std::int64_t blocks = 0;
    for (const auto& [name, value] : json.items())
        blocks += numberAfter("Block ", name) ? 1 : 0;
    if (blocks == 0 || blocks > kMostLayers)
        throw Error(what + " has no blocks (\"Block 0\": 1 or 0, …).");
    for (std::int64_t i = 0; i < blocks; ++i)
        row.drafter.push_back(fields.integer(("Block " + std::to_string(i)).c_str(), 0, 1) == 1);
    return row;
}

BudgetTable tableFrom(const nlohmann::json& document, const std::string& what) {
    if (!document.is_object())
        throw Error(what + " is not a budget file: it must hold an object with rows \"Scale 9\", ….");
    BudgetTable table;
    for (const auto& [name, value] : document.items()) {
        const auto number = numberAfter("Scale ", name);
        if (!number || *number < kNameOffset || *number > kMostScales)
            throw Error(what + ": \"" + name.substr(0, 40) +
                        "\" is not a row of a budget file (\"Scale 9\").");
        table.emplace(*number - kNameOffset, rowFromJson(value, what + ": " + name));
    }
    if (table.empty())
        throw Error(what + " holds no budgets.");
    for (const auto& [scale, row] : table)
        if (row.drafter.size() != table.begin()->second.drafter.size())
            throw Error(what + ": its rows have different numbers of blocks.");
    return table;
}

} // namespace

BudgetTable budgetTableFromJson(const std::string& json, const std::string& what) {
    return tableFrom(parseJson(json, what), what);
}

BudgetTable readBudgetFile(const std::filesystem::path& path) {
    return tableFrom(readJsonFile(path), path.string());
}

std::string toJson(const BudgetTable& table) {
    nlohmann::ordered_json document = nlohmann::ordered_json::object();
    for (const auto& [scale, row] : table) {
        nlohmann::ordered_json fields;
        for (std::size_t l = 0; l < row.drafter.size(); ++l)
            fields["Block " + std::to_string(l)] = row.drafter[l] ? 1 : 0;
        fields["High"] = std::count(row.drafter.begin(), row.drafter.end(), true);
        fields["Max"] = row.drafterTokens;
        fields["Min"] = row.refinerTokens;
        fields["Limit"] = row.limit;
        document["Scale " + std::to_string(scale + kNameOffset)] = std::move(fields);
    }
    return document.dump(2);
}

BudgetTable deriveBudgetTable(const BudgetTerms& terms, const RoleTable& roles) {
    requireWindow(terms);
    const auto layers = static_cast<std::int64_t>(terms.sequences.size());
    BudgetTable table;
    std::vector<std::int64_t> held; // what each layer retained after the row before
    for (const RoleBudget& budget : roleBudgets(terms, roles)) {
        const auto upTo = std::size_t(budget.scale) + 1;
        const std::int64_t tokens = terms.schedule[upTo - 1].tokens();
        held.resize(std::size_t(layers), totalTokens(terms.schedule.first(upTo)) - tokens);
        BudgetRow row;
        for (std::int64_t l = 0; l < layers; ++l)
            row.drafter.push_back(roles.drafter(budget.scale, l));
        row.limit = totalTokens(terms.schedule.first(upTo));
        for (std::size_t l = 0; l < held.size(); ++l)
            if (row.drafter[l])
                row.limit = std::min(row.limit, held[l] + tokens);
        const std::int64_t drafters = std::count(row.drafter.begin(), row.drafter.end(), true);
        const std::int64_t refiners = layers - drafters;
        const std::int64_t total = layers * terms.budget;
        row.drafterTokens = std::clamp<std::int64_t>(std::int64_t(budget.drafter), 1, row.limit);
        row.refinerTokens = std::max<std::int64_t>(1, std::int64_t(budget.refiner));
        if (drafters > 0 && refiners > 0) {
            // Whole numbers on both sides: of the few largest Max, the one that leaves the least over.
            std::int64_t best = row.drafterTokens;
            const auto lost = [&](std::int64_t most) { return (total - drafters * most) % refiners; };
            for (std::int64_t most = row.drafterTokens;
                 most > std::max<std::int64_t>(0, row.drafterTokens - refiners); --most)
                if (lost(most) < lost(best))
                    best = most;
            row.drafterTokens = best;
            row.refinerTokens = (total - drafters * best) / refiners;
        }
        for (std::int64_t l = 0; l < layers; ++l)
            held[std::size_t(l)] = std::min(held[std::size_t(l)] + tokens, row.tokens(l));
        table.emplace(budget.scale, std::move(row));
    }
    return table;
}

CachePlan referencePlan(std::span<const MapSize> schedule, std::int64_t layers, const BudgetTable& table,
                        std::int64_t baseCapacity, std::int64_t window) {
    std::vector<std::vector<std::int64_t>> plan;
    std::vector<bool> reached(std::size_t(layers), false);
    for (std::size_t k = 0; k + 1 < schedule.size(); ++k) {
        std::vector<std::int64_t> row;
        for (std::int64_t l = 0; l < layers; ++l) {
            const auto layer = static_cast<std::size_t>(l);
            std::int64_t held = schedule[k].tokens() + (k == 0 ? 0 : plan.back()[layer]);
            if (reached[layer] || held > baseCapacity) {
                reached[layer] = true;
                const auto found = table.find(std::int64_t(k));
                const std::int64_t capacity = found != table.end() && layer < found->second.drafter.size()
                                                  ? found->second.tokens(l)
                                                  : baseCapacity;
                held = std::min(held, std::max(capacity, window));
            }
            row.push_back(held);
        }
        plan.push_back(std::move(row));
    }
    return {schedule, layers, std::move(plan)};
}

} // namespace scalekv
