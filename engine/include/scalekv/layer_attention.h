#pragma once

#include <cstdint>
#include <limits>
#include <vector>

/// What can be learned from the attention of one layer at one scale. a_ij is the weight that query i of the
/// current map gives to token j of history or current map: softmax over both, so each query's weights sum to
/// 1.
namespace scalekv {

/// What is measured. Selectivity always is.
struct AttentionProbeOptions {
    /// Part of the history's tokens that counts as "the top", for the second factor of the selectivity. The
    /// paper gives no number.
    double topShare = 0.1;
    /// Queries looked at, per sequence and head, spread over the map; 0 = all, which is exact. Maps of no
    /// more tokens than this are looked at whole.
    std::int64_t queries = 32;
    bool mass = false; ///< how much attention goes to each scale
    /// Whose mass it is: that of the first so many sequences, of which the conditional half is; 0 = of all.
    std::int64_t massSequences = 0;
    bool entropy = false; ///< how spread out it is
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

/// One layer at one scale.
struct LayerAttention {
    std::int64_t layer = 0;
    std::int64_t scale = 0;
    std::int64_t history = 0; ///< tokens retained from earlier scales; a mean where heads differ
    std::int64_t top = 0;     ///< K′ = ⌈topShare · history⌉; a mean likewise
    std::int64_t queries = 0; ///< looked at, per sequence and head
    std::vector<HeadAttention> heads;
    HeadAttention mean; ///< of the heads' means, so that its asi() is again a product of two means
};

} // namespace scalekv
