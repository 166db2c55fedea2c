#include "scalekv/layer_quantity.h"

#include "scalekv/run_record.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace scalekv {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

constexpr std::array kQuantities{
    LayerQuantityInfo{LayerQuantity::Role, "role", "Role",
                      "A drafter needs much of the history and gets a large share of the cache; a refiner "
                      "looks at the current map or at few tokens and gets little.",
                      "drafter: among the N_d pairs (k,l) with the lowest Z(k,l), N_d = round(1/16 · pairs)",
                      ""},
    LayerQuantityInfo{LayerQuantity::Selectivity, "selectivity", "Selectivity",
                      "How choosy the layer's attention is: high where it rests on the current map and on "
                      "few tokens of the history, low where it is spread over the history.",
                      "ASI(k,l) = C(k,l) · T(k,l)", ""},
    LayerQuantityInfo{LayerQuantity::Current, "current", "Weight on the current map",
                      "The share of its attention that the layer gives to the map it is working on.",
                      "C(k,l) = mean over queries i and heads of Σ_{j in current map} a_ij", ""},
    LayerQuantityInfo{LayerQuantity::Top, "top", "Weight on the top of the history",
                      "The share of its attention that the layer gives to the tenth of the history that each "
                      "query reads most.",
                      "T(k,l) = mean over queries i and heads of Σ_{j in the K′ largest a_ij of the history} "
                      "a_ij, K′ = ⌈n/10⌉",
                      ""},
    LayerQuantityInfo{LayerQuantity::ZScore, "z_score", "Z-score",
                      "How far the layer's selectivity lies from the mean of its scale, in standard "
                      "deviations; the lowest are drafters.",
                      "Z(k,l) = (ASI(k,l) − μ_k) / s_k", ""},
    LayerQuantityInfo{LayerQuantity::Entropy, "entropy", "Entropy",
                      "How spread out the layer's attention is: ln n where n tokens are seen alike, 0 where "
                      "all rests on one.",
                      "H(k,l) = mean over queries i and heads of −Σ_j a_ij ln a_ij", "nats"},
    LayerQuantityInfo{LayerQuantity::Kept, "kept", "Tokens kept",
                      "How many tokens of the earlier scales a head of the layer could still read.",
                      "n(k,l) = entries of a head before scale k", "tokens"},
    LayerQuantityInfo{LayerQuantity::Bytes, "bytes", "Bytes stored",
                      "What the keys and values that the layer stores after its work on the scale take.",
                      "2 · sequences · heads · D · entries · bytes of a number", "bytes"},
};

/// What one head, or the mean of all, was measured as; not for what belongs to a layer as a whole.
double measured(const HeadAttention& head, LayerQuantity quantity) {
    switch (quantity) {
    case LayerQuantity::Selectivity:
        return head.asi();
    case LayerQuantity::Current:
        return head.current;
    case LayerQuantity::Top:
        return head.top;
    case LayerQuantity::Entropy:
        return head.entropy;
    default:
        return kUnknown;
    }
}

double keptBy(const RunRecord& record, std::size_t scale, std::size_t layer, std::int64_t head) {
    if (const auto& kept = record.kept[scale][layer])
        return double(kept->count(head));
    if (const auto& attention = record.attention[scale][layer])
        return double(attention->history);
    return kUnknown;
}

/// [scale][layer] of one(scale, layer).
template <typename One>
ScaleLayerTable everyLayer(const RunRecord& record, const One& one) {
    ScaleLayerTable table(record.schedule.size(), std::vector<double>(std::size_t(record.layers), kUnknown));
    for (std::size_t scale = 0; scale < table.size(); ++scale)
        for (std::size_t layer = 0; layer < table[scale].size(); ++layer)
            table[scale][layer] = one(scale, layer);
    return table;
}

/// Selectivity where all layers of a scale have one.
ScaleLayerTable completeSelectivity(const RunRecord& record) {
    ScaleLayerTable table = quantityTable(record, LayerQuantity::Selectivity);
    for (std::vector<double>& row : table)
        if (std::any_of(row.begin(), row.end(), [](double value) { return std::isnan(value); }))
            row.assign(row.size(), kUnknown);
    return table;
}

/// [layer][head], taken as one row: Z-scores among all heads of a scale.
std::vector<std::vector<double>> zScoresOfHeads(const std::vector<std::vector<double>>& values) {
    std::vector<double> row;
    for (const std::vector<double>& layer : values)
        row.insert(row.end(), layer.begin(), layer.end());
    row = zScores({std::move(row)}).front();
    std::vector<std::vector<double>> scores = values;
    auto next = row.begin();
    for (std::vector<double>& layer : scores)
        for (double& value : layer)
            value = *next++;
    return scores;
}

} // namespace

std::span<const LayerQuantityInfo> layerQuantities() {
    return kQuantities;
}

const LayerQuantityInfo& infoOf(LayerQuantity quantity) {
    return kQuantities.at(std::size_t(quantity));
}

ScaleLayerTable quantityTable(const RunRecord& record, LayerQuantity quantity) {
    switch (quantity) {
    case LayerQuantity::Role: {
        const ScaleLayerTable scores = quantityTable(record, LayerQuantity::ZScore);
        const RoleTable roles = rolesOf(record);
        return everyLayer(record, [&](std::size_t scale, std::size_t layer) {
            return std::isnan(scores[scale][layer]) ? kUnknown : double(roles.rows[scale][layer]);
        });
    }
    case LayerQuantity::ZScore:
        return zScores(completeSelectivity(record));
    case LayerQuantity::Kept:
        return everyLayer(record, [&](std::size_t scale, std::size_t layer) {
            return keptBy(record, scale, layer, 0); // every head keeps as many
        });
    case LayerQuantity::Bytes:
        return everyLayer(record, [&](std::size_t scale, std::size_t layer) {
            const std::int64_t bytes = record.layerBytes[scale][layer];
            return bytes < 0 ? kUnknown : double(bytes);
        });
    default:
        return everyLayer(record, [&](std::size_t scale, std::size_t layer) {
            const auto& attention = record.attention[scale][layer];
            return attention ? measured(attention->mean, quantity) : kUnknown;
        });
    }
}

std::vector<std::vector<double>> headTable(const RunRecord& record, LayerQuantity quantity, int scale) {
    const auto k = std::size_t(scale);
    (void)record.schedule.at(k);
    std::vector<std::vector<double>> table(std::size_t(record.layers),
                                           std::vector<double>(std::size_t(record.heads), kUnknown));
    if (quantity == LayerQuantity::ZScore)
        return std::isnan(quantityTable(record, quantity)[k].front())
                   ? table
                   : zScoresOfHeads(headTable(record, LayerQuantity::Selectivity, scale));
    const bool shared = quantity == LayerQuantity::Role || quantity == LayerQuantity::Bytes;
    const std::vector<double> ofLayers = shared ? quantityTable(record, quantity)[k] : std::vector<double>();
    const double share = quantity == LayerQuantity::Bytes ? 1.0 / std::max(1, record.heads) : 1.0;
    for (std::size_t layer = 0; layer < table.size(); ++layer) {
        const auto& attention = record.attention[k][layer];
        for (std::size_t head = 0; head < table[layer].size(); ++head) {
            double& value = table[layer][head];
            if (shared)
                value = ofLayers[layer] * share;
            else if (quantity == LayerQuantity::Kept)
                value = keptBy(record, k, layer, std::int64_t(head));
            else if (attention)
                value = measured(attention->heads.at(head), quantity);
        }
    }
    return table;
}

} // namespace scalekv
