#pragma once

#include "scalekv/roles.h"

#include <span>
#include <string_view>
#include <vector>

namespace scalekv {

struct RunRecord;

/// What can be said of a layer at a scale in one number.
enum class LayerQuantity {
    Role,        ///< 1 drafter, 0 refiner: what this run says, see rolesOf()
    Selectivity, ///< ASI
    Current,     ///< weight on the current map
    Top,         ///< weight on the top of the history
    ZScore,      ///< of the selectivity, among the layers of its scale
    Entropy,     ///< in nats
    Kept,        ///< tokens of earlier scales that it could read, a head
    Bytes,       ///< stored keys and values after its work
};

struct LayerQuantityInfo {
    LayerQuantity quantity;
    std::string_view key;      ///< for files: "z_score"
    std::string_view label;    ///< for people: "Z-score"
    std::string_view sentence; ///< what it means, in one plain sentence
    std::string_view equation; ///< as text
    std::string_view unit;     ///< "" for a pure number, else "nats", "tokens", "bytes"
};

/// All of them, in the order of the enumeration.
std::span<const LayerQuantityInfo> layerQuantities();
const LayerQuantityInfo& infoOf(LayerQuantity quantity);

/// [scale][layer], every scale and layer of the plan; NaN where it is not known (scale 0 has no selectivity;
/// roles and Z-scores need all layers of their scale).
ScaleLayerTable quantityTable(const RunRecord& record, LayerQuantity quantity);

/// [layer][head] of one scale. Of what belongs to a layer as a whole, a head has its part or shares it: Role
/// is its layer's, Bytes are its share (all heads store equally much), ZScore is taken among all heads of the
/// scale. Selectivity is the product of the head's own two means. Throws std::out_of_range.
std::vector<std::vector<double>> headTable(const RunRecord& record, LayerQuantity quantity, int scale);

} // namespace scalekv
