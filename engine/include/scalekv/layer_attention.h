#pragma once

#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <limits>
#include <vector>

/// What can be learned from the attention of one layer at one scale. a_ij is the weight that query i of the
/// current map gives to token j of history or current map: softmax over both, so each query's weights sum to
/// 1.
namespace scalekv {

/// A map of weights that is wanted.
struct AttentionMapChoice {
    std::int64_t layer = 0;
    std::int64_t scale = 0;
    std::int64_t head = 0;
    std::int64_t sequence = 0;
    bool operator==(const AttentionMapChoice&) const = default;
};

/// What is measured. Selectivity always is.
struct AttentionProbeOptions {
    /// Part of the history's tokens that counts as "the top", for the second factor of the selectivity. The
    /// paper gives no number.
    double topShare = 0.1;
    /// Queries looked at, per sequence and head, spread over the map; 0 = all, which is exact. Maps of no
    /// more tokens than this are looked at whole.
    std::int64_t queries = 32;
    bool mass = false;    ///< how much attention goes to each scale
    bool entropy = false; ///< how spread out it is
    std::vector<AttentionMapChoice> maps = {};
    std::int64_t largestSide = 128; ///< of a returned map; larger ones are averaged down
};

/// Means over queries, and sequences, of one head (or of several).
struct HeadAttention {
    /// Σ_{j in the current map} a_ij
    double current = 0;
    /// Sum of the K′ largest a_ij over the history. NaN where there is no history.
    double top = std::numeric_limits<double>::quiet_NaN();
    /// Weight of each scale, 0 to the current one (whose is `current`); they sum to 1. Empty unless asked
    /// for.
    std::vector<double> mass;
    /// −Σ_j a_ij ln a_ij, in nats: ln n for n tokens seen alike. NaN unless asked for.
    double entropy = std::numeric_limits<double>::quiet_NaN();

    /// Attention selectivity index (Li et al. 2025, eq. 2): the product of the two means. NaN without
    /// history.
    double asi() const { return current * top; }
};

/// The weights of one head and sequence.
struct AttentionMap {
    AttentionMapChoice of;
    std::int64_t queries = 0; ///< L: tokens of the current map, row by row
    std::int64_t tokens = 0;  ///< N: tokens of all scales up to the current one, in order
    std::int64_t rows = 0;    ///< min(L, largestSide)
    std::int64_t columns = 0; ///< min(N, largestSide)
    /// [rows, columns]: mean of a_ij over the queries ⌊rL/rows⌋ ≤ i < ⌊(r+1)L/rows⌋ and the tokens
    /// ⌊cN/columns⌋ ≤ j < ⌊(c+1)N/columns⌋. Evicted tokens have weight 0.
    std::vector<float> values;
    /// [N]: mean of a_ij over all queries, not averaged down. Sums to 1. What can be painted over a picture.
    std::vector<float> received;
};

/// One layer at one scale.
struct LayerAttention {
    std::int64_t layer = 0;
    std::int64_t scale = 0;
    std::int64_t history = 0; ///< tokens retained from earlier scales
    std::int64_t top = 0;     ///< K′ = ⌈topShare · history⌉
    std::int64_t queries = 0; ///< looked at, per sequence and head
    std::vector<HeadAttention> heads;
    HeadAttention mean; ///< of the heads' means, so that its asi() is again a product of two means
    /// Those of `maps` that are this layer's and scale's. A sequence that the layer does not work on (the
    /// unconditional half, after guidance was last mixed in) has none.
    std::vector<AttentionMap> maps;
};

} // namespace scalekv
