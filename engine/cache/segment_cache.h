#pragma once

#include "engine/cache/layer_store.h"
#include "engine/cache/map_scratch.h"
#include "engine/cache/segment_schedule.h"
#include "engine/model/attention.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

/// Storage of keys (after rotation) and values where heads of a layer hold different entries: a piece of
/// memory for each segment, no more and no less, so that one that is dropped goes back at once and nothing is
/// moved or copied for it. Only the scales that stay whole lie together, a room a layer. What goes and when
/// is the schedule's matter.
class SegmentCache final : public LayerStore {
public:
    struct Layout {
        std::vector<std::int64_t> sequences; ///< S of each layer
        std::int64_t headDim = 0;
        bool positions = false; ///< LayerState::positionsByHead are wanted
    };
    /// The map lies in the scratch until it is known to fit: what goes has gone when it is stored.
    SegmentCache(Layout layout, const SegmentSchedule& schedule, MapScratch& scratch, at::ScalarType type,
                 at::Device device);

    void open(LayerState& state, StageClock& clock) override;
    bool closes(std::int64_t scale, std::int64_t /*layer*/) const override {
        return scale + 1 < schedule_.scales();
    }
    void close(const LayerState& state) override;
    void clear() override { reset(); }

    std::int64_t bytes(std::int64_t layer) const override { return bytes_[std::size_t(layer)]; }
    std::int64_t bytes() const override;
    std::int64_t peakBytes() const override { return peakBytes_; }

private:
    void reset();
    /// [S, 1, n] int32 of one head, at a scale's attention.
    at::Tensor positionsOf(std::int64_t scale, std::int64_t layer, std::int64_t head) const;
    /// What later layers give up before a layer is worked at a scale.
    void makeRoom(std::int64_t scale, std::int64_t layer);
    /// Takes in what `layer` keeps of a scale's map, [S, H, n, D], once what it gives up then is gone.
    void store(std::int64_t scale, std::int64_t layer, const KeyValues& map);
    void drop(const Segment& segment);
    void storeWhole(std::int64_t layer, const KeyValues& map);
    void storePieces(std::int64_t scale, std::int64_t layer, const std::vector<std::int64_t>& heads,
                     const KeyValues& map);
    /// Of one head.
    std::int64_t tokenBytes(std::int64_t layer) const;

    Layout layout_;
    const SegmentSchedule& schedule_;
    MapScratch& scratch_;
    at::TensorOptions options_;
    std::vector<std::vector<std::vector<KeyValues>>> stretches_;  ///< [layer][head]
    std::vector<std::vector<std::vector<std::int64_t>>> sources_; ///< of each stretch; the whole scales' is 0
    std::vector<at::Tensor> whole_;                               ///< a layer, [2, S, H, n, D]
    std::vector<std::int64_t> wholeTokens_;                       ///< a layer: how many of the n are there
    std::vector<std::int64_t> bytes_;                             ///< a layer
    at::Tensor tokens_;                 ///< all positions, int32 on the device, if they are wanted
    std::vector<at::Tensor> positions_; ///< of the layer that is open, a head
    std::int64_t peakBytes_ = 0;
};

} // namespace scalekv
