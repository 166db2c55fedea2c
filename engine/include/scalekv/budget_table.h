#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// The budget files of the released ScaleKV code: `{"Scale 9": {"Block 0": 1, …, "High": 2, "Max": 920,
/// "Min": 632, "Limit": 921}, …}`. A block marked 1 is a drafter and may keep Max entries, the others Min.
namespace scalekv {

/// One scale of a budget file.
struct BudgetRow {
    std::vector<bool> drafter; ///< a layer
    std::int64_t drafterTokens = 0;
    std::int64_t refinerTokens = 0;
    std::int64_t limit =
        0; ///< what a drafter has there at most: retained before, and the map; only for people

    std::int64_t tokens(std::int64_t layer) const {
        return drafter.at(std::size_t(layer)) ? drafterTokens : refinerTokens;
    }
    bool operator==(const BudgetRow&) const = default;
};

/// Rows by zero-based scale.
using BudgetTable = std::map<std::int64_t, BudgetRow>;

/// What the names in the file count more: the row "Scale 9" is what the released code reads after zero-based
/// scale 7.
inline constexpr std::int64_t kBudgetNameOffset = 2;

/// Throws Error that names the source and field. `what` names it in messages.
BudgetTable budgetTableFromJson(const std::string& json, const std::string& what);
BudgetTable readBudgetFile(const std::filesystem::path& path);
std::string toJson(const BudgetTable& table);
/// Throws Error where the table is not one of a model with `layers` layers. `what` names it in the message.
void checkLayers(const BudgetTable& table, std::int64_t layers, const std::string& what);

} // namespace scalekv
