#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// In which order heads give up what they hold (HeatKV, Cederlund et al. 2026, arXiv 2605.14877), and the
/// files of its released code: a list for every earlier scale, of all pairs `[head, layer]`, least attended
/// first.
namespace scalekv {

/// One head of one layer, zero-based.
struct HeadPlace {
    std::int32_t head = 0;
    std::int32_t layer = 0;
    auto operator<=>(const HeadPlace&) const = default; // NOLINT(modernize-use-nullptr): none is written
};

/// Scales that every head keeps whole, whatever the budget: the first three, as released.
inline constexpr std::int64_t kWholeScales = 3;

struct HeadOrders {
    /// Of scale kWholeScales, of the next one, …: every head of every layer once.
    std::vector<std::vector<HeadPlace>> bySource;

    std::int64_t layers() const;
    std::int64_t heads() const;
    /// The order of the tokens of scale `source` (zero-based, at least kWholeScales). Scales beyond the table
    /// (a larger picture than was calibrated) have the order of its last one. Throws std::out_of_range for an
    /// empty table.
    const std::vector<HeadPlace>& of(std::int64_t source) const;
    bool operator==(const HeadOrders&) const = default;
};

/// Reads the released form, or an object that has it as its "orders". Throws Error that names the source and
/// what is wrong. `what` names it in messages.
HeadOrders headOrdersFromJson(const std::string& json, const std::string& what);
HeadOrders readHeadOrders(const std::filesystem::path& path);
/// The released form, a line a scale.
std::string toJson(const HeadOrders& orders);
/// Throws Error where the orders are not those of a model with so many layers and heads. `what` names them in
/// the message.
void checkHeads(const HeadOrders& orders, std::int64_t layers, std::int64_t heads, const std::string& what);

} // namespace scalekv
