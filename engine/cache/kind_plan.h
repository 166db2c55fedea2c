#pragma once

#include "scalekv/head_kinds.h"
#include "scalekv/scale_schedule.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

struct BudgetTerms;

/// How many entries heads hold after each scale but the last, where those of a layer are of two kinds and
/// each kind has its own number.
struct KindPlan {
    enum Kind : std::size_t { Structural, Contextual };

    std::vector<std::vector<bool>> contextual; ///< [layer][head], as HeadKinds has it
    /// [scale][layer][Kind]; of a kind that no head of the layer is of, what does not matter.
    std::vector<std::vector<std::array<std::int64_t, 2>>> entries;

    std::int64_t layers() const { return std::int64_t(contextual.size()); }
    std::int64_t heads() const { return std::int64_t(contextual.front().size()); }
    bool isContextual(std::int64_t layer, std::int64_t head) const {
        return contextual[std::size_t(layer)][std::size_t(head)];
    }
    std::int64_t kept(std::int64_t scale, std::int64_t layer, std::int64_t head) const {
        return entries[std::size_t(scale)][std::size_t(layer)]
                      [isContextual(layer, head) ? Contextual : Structural];
    }
    /// The same in one layer alone, while all others keep everything.
    KindPlan ofOneLayer(std::int64_t layer, std::span<const MapSize> schedule) const;
};

/// HACK++'s budgets: after scale k each kind of each layer gets of the whole in proportion to its *reliance*,
/// the attention that the later scales gave to all that is stored then, scale k's map included: a mean over
/// these scales and over the heads of that kind. The mean over all heads is the budget; what a kind cannot
/// take since it does not have so much goes to the others in the same proportion.
KindPlan kindPlan(const BudgetTerms& terms, const HeadKinds& kinds);

} // namespace scalekv
