#include "scalekv/budget_table.h"

#include "engine/cache/table_limits.h"
#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/json_fields.h"
#include "scalekv/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace scalekv {
namespace {

constexpr std::int64_t kMostScaleName = std::int64_t(kMostScales) - 1 + kBudgetNameOffset;

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
    if (blocks == 0 || blocks > std::int64_t(kMostLayers))
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
        if (!number || *number < kBudgetNameOffset || *number > kMostScaleName)
            throw Error(what + ": \"" + printable(name) + "\" is not a row of a budget file (\"Scale 9\").");
        table.emplace(*number - kBudgetNameOffset, rowFromJson(value, what + ": " + printable(name)));
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
    return tableFrom(readJsonFile(path), pathText(path));
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
        document["Scale " + std::to_string(scale + kBudgetNameOffset)] = std::move(fields);
    }
    return document.dump(2);
}

void checkLayers(const BudgetTable& table, std::int64_t layers, const std::string& what) {
    const auto named = table.empty() ? layers : std::int64_t(table.begin()->second.drafter.size());
    if (named != layers)
        throw Error(what + ": it is for a model with " + std::to_string(named) +
                    " layers, but this one has " + std::to_string(layers) + ".");
}

} // namespace scalekv
