#pragma once

#include <cstdint>
#include <vector>

/// Which layers are drafters and which refiners, at each scale (ScaleKV, Li et al. 2025, section 3.2).
namespace scalekv {

/// One number a (scale, layer), `[scale][layer]`. Not a number (NaN) where there is none: scale 0 has no
/// history, so it has no selectivity.
using ScaleLayerTable = std::vector<std::vector<double>>;

/// Drafters attend broadly over history and need much cache, refiners look at the current map or at few
/// tokens and need little.
struct RoleTable {
    std::vector<std::vector<bool>> rows; ///< [scale][layer]: true for a drafter

    std::int64_t scales() const { return std::int64_t(rows.size()); }
    std::int64_t layers() const { return rows.empty() ? 0 : std::int64_t(rows.front().size()); }
    /// Of all scales, and of one.
    std::int64_t drafters() const;
    std::int64_t drafters(std::int64_t scale) const;
    /// Scales beyond the table (a larger picture than was calibrated) have the roles of its last one. Throws
    /// std::out_of_range for a layer that the table does not have, and for an empty table.
    bool drafter(std::int64_t scale, std::int64_t layer) const;
    bool operator==(const RoleTable&) const = default;
};

/// The released budgets mark 2 of 32 layers as drafters for 2B, and 3 of 40 for 8B.
constexpr double kDrafterShare = 1.0 / 16;

/// (x − mean) / standard deviation within each scale over its layers (the deviation of the layers
/// themselves, divided by their number). 0 where all layers of a scale are equal but for rounding. NaN stays
/// NaN. Throws Error where rows differ in length, or a row is partly NaN.
ScaleLayerTable zScores(const ScaleLayerTable& values);

/// How many pairs are drafters: `share` of the pairs that have a number, rounded, at least one where share >
/// 0. Throws Error unless 0 ≤ share ≤ 1.
std::int64_t drafterCount(const ScaleLayerTable& zScores, double share);

/// The drafterCount() pairs with the lowest Z-score are drafters, the others refiners. Of equal scores the
/// earlier scale comes first, then the earlier layer, so that the same table always gives the same roles.
RoleTable assignRoles(const ScaleLayerTable& zScores, double share = kDrafterShare);

/// How alike two role tables are. Only scales from 1 on count: scale 0 has no drafters in any table.
struct RoleAgreement {
    double equalPairs = 1; ///< share of (scale, layer) pairs with the same role in both
    /// Drafters of both tables over drafters of either; 1 where neither has any. The stricter figure: with
    /// few drafters, tables drawn by chance have most pairs in common, too.
    double jaccard = 1;
};

/// Throws Error where the tables differ in size.
RoleAgreement agreement(const RoleTable& a, const RoleTable& b);

} // namespace scalekv
