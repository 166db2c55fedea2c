#include "scalekv/roles.h"

#include "scalekv/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <tuple>

namespace scalekv {
namespace {

/// Spread below this share of the mean is rounding, not a difference between layers.
constexpr double kRounding = 1e-12;

void checkRow(const ScaleLayerTable& table, std::size_t scale) {
    const std::vector<double>& row = table[scale];
    const auto missing =
        std::count_if(row.begin(), row.end(), [](double value) { return !std::isfinite(value); });
    if (row.size() != table.front().size() || (missing != 0 && missing != std::int64_t(row.size())))
        throw Error("Scale " + std::to_string(scale) + " does not have a number for each of the " +
                    std::to_string(table.front().size()) + " layers.");
}

std::vector<double> zScoresOf(const std::vector<double>& row) {
    if (row.empty() || std::isnan(row.front()))
        return row;
    const auto count = double(row.size());
    const double mean = std::accumulate(row.begin(), row.end(), 0.0) / count;
    double squares = 0;
    for (const double value : row)
        squares += (value - mean) * (value - mean);
    const double deviation = std::sqrt(squares / count);
    std::vector<double> scores(row.size(), 0.0);
    if (deviation > kRounding * std::abs(mean))
        std::transform(row.begin(), row.end(), scores.begin(),
                       [&](double value) { return (value - mean) / deviation; });
    return scores;
}

} // namespace

std::int64_t RoleTable::drafters() const {
    std::int64_t sum = 0;
    for (std::int64_t scale = 0; scale < scales(); ++scale)
        sum += drafters(scale);
    return sum;
}

std::int64_t RoleTable::drafters(std::int64_t scale) const {
    const std::vector<bool>& row = rows.at(std::size_t(std::min(scale, scales() - 1)));
    return std::count(row.begin(), row.end(), true);
}

bool RoleTable::drafter(std::int64_t scale, std::int64_t layer) const {
    return rows.at(std::size_t(std::min(scale, scales() - 1))).at(std::size_t(layer));
}

ScaleLayerTable zScores(const ScaleLayerTable& values) {
    ScaleLayerTable scores;
    for (std::size_t scale = 0; scale < values.size(); ++scale) {
        checkRow(values, scale);
        scores.push_back(zScoresOf(values[scale]));
    }
    return scores;
}

std::int64_t drafterCount(const ScaleLayerTable& zScores, double share) {
    if (!(share >= 0 && share <= 1))
        throw Error("The share of drafters must be between 0 and 1.");
    std::int64_t pairs = 0;
    for (const std::vector<double>& row : zScores)
        pairs += std::count_if(row.begin(), row.end(), [](double value) { return std::isfinite(value); });
    if (share == 0 || pairs == 0)
        return 0;
    return std::max<std::int64_t>(1, std::llround(share * double(pairs)));
}

RoleTable assignRoles(const ScaleLayerTable& zScores, double share) {
    std::vector<std::tuple<double, std::size_t, std::size_t>> pairs; // Z, scale, layer
    RoleTable roles;
    for (std::size_t scale = 0; scale < zScores.size(); ++scale) {
        checkRow(zScores, scale);
        roles.rows.emplace_back(zScores[scale].size(), false);
        for (std::size_t layer = 0; layer < zScores[scale].size(); ++layer)
            if (std::isfinite(zScores[scale][layer]))
                pairs.emplace_back(zScores[scale][layer], scale, layer);
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.resize(std::size_t(drafterCount(zScores, share)));
    for (const auto& [score, scale, layer] : pairs)
        roles.rows[scale][layer] = true;
    return roles;
}

RoleAgreement agreement(const RoleTable& a, const RoleTable& b) {
    if (a.scales() != b.scales() || a.layers() != b.layers())
        throw Error("Role tables of different sizes cannot be compared.");
    std::int64_t pairs = 0, equal = 0, both = 0, either = 0;
    for (std::int64_t scale = 1; scale < a.scales(); ++scale) {
        for (std::int64_t layer = 0; layer < a.layers(); ++layer) {
            const bool inA = a.drafter(scale, layer), inB = b.drafter(scale, layer);
            ++pairs;
            equal += inA == inB ? 1 : 0;
            both += inA && inB ? 1 : 0;
            either += inA || inB ? 1 : 0;
        }
    }
    RoleAgreement result;
    if (pairs > 0)
        result.equalPairs = double(equal) / double(pairs);
    if (either > 0)
        result.jaccard = double(both) / double(either);
    return result;
}

} // namespace scalekv
