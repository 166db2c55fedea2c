#pragma once

#include "scalekv/head_orders.h"
#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

/// All tokens of one earlier scale that one head of one layer holds: the unit in which HeatKV drops.
struct Segment {
    std::int64_t source = 0; ///< the scale they are of
    std::int64_t head = 0;
    std::int64_t layer = 0;
    auto operator<=>(const Segment&) const = default; // NOLINT(modernize-use-nullptr): none is written
};

/// Which segments go when, known before anything runs (HeatKV, Cederlund et al. 2026; the released code's
/// `strict` schedule). Before scale t the first x(t) heads of every earlier scale's order are gone, x(t) the
/// fewest with which all layers together stay within the budget. While scale t is worked, a layer gives up
/// its share of these once its attention is done, and the map in the heads that are to go is not stored at
/// all; where the sum would pass the budget all the same, later layers give theirs up early: the last layer
/// first, of a layer the latest scale, of that the least attended. Nothing is stored at the last scale.
class SegmentSchedule {
public:
    /// `sequences`: of each layer, what one of its tokens counts. `budget`: tokens a layer and head, on
    /// average over the sequences; need not be whole. Throws Error, for users, where it is less than the
    /// scales that stay whole.
    SegmentSchedule(std::span<const MapSize> schedule, const HeadOrders& orders,
                    std::span<const std::int64_t> sequences, double budget);

    std::int64_t scales() const { return std::int64_t(tokens_.size()); }
    std::int64_t layers() const { return layers_; }
    std::int64_t heads() const { return heads_; }
    /// Tokens of a scale's map.
    std::int64_t tokens(std::int64_t scale) const { return tokens_[std::size_t(scale)]; }
    /// Whether anything is dropped at all.
    bool drops() const;

    /// x(t): how many of every earlier scale's order are gone when a scale is worked.
    std::int64_t goneOfEach(std::int64_t scale) const { return gone_[std::size_t(scale)]; }
    /// What later layers give up before `layer` stores its map of a scale.
    std::vector<Segment> early(std::int64_t scale, std::int64_t layer) const;
    /// What `layer` itself gives up once its attention at a scale is done. Of the scale's own map: what is
    /// not stored.
    std::vector<Segment> own(std::int64_t scale, std::int64_t layer) const;

    /// Whether the attention of a layer at a scale finds a segment of an earlier scale.
    bool finds(std::int64_t scale, const Segment& segment) const {
        return segment.source < scale && when(segment) >= step(scale, segment.layer);
    }
    /// Whether it is there once a scale is done in all layers.
    bool keeps(std::int64_t scale, const Segment& segment) const {
        return segment.source <= scale && when(segment) >= step(scale + 1, 0) &&
               segment.source + 1 < scales();
    }
    /// Tokens that the attention of a head finds, and that are there once a scale is done. At the last scale
    /// nothing is stored or dropped.
    std::int64_t found(std::int64_t scale, std::int64_t layer, std::int64_t head) const;
    std::int64_t kept(std::int64_t scale, std::int64_t layer, std::int64_t head) const;
    /// Scales of which a head's attention finds tokens, ascending.
    std::vector<std::int64_t> sources(std::int64_t scale, std::int64_t layer, std::int64_t head) const;

    /// Most that is stored at any time, in tokens of one head, where a layer's count as `sequences` says.
    std::int64_t peak(std::span<const std::int64_t> sequences) const;

    /// The same in one layer alone, while all others keep everything.
    SegmentSchedule ofOneLayer(std::int64_t layer) const;

private:
    std::int64_t step(std::int64_t scale, std::int64_t layer) const { return scale * layers_ + layer; }
    std::size_t index(const Segment& segment) const {
        return std::size_t((segment.source * layers_ + segment.layer) * heads_ + segment.head);
    }
    std::int64_t when(const Segment& segment) const { return when_[index(segment)]; }
    void drop(const Segment& segment, std::int64_t at);

    std::int64_t layers_, heads_;
    std::vector<std::int64_t> tokens_;              ///< of each scale
    std::vector<std::int64_t> gone_;                ///< x(t)
    std::vector<std::int64_t> when_;                ///< the step at which a segment goes, by index()
    std::vector<std::vector<Segment>> dropsByStep_; ///< in the order in which they are chosen
};

} // namespace scalekv
