#pragma once

#include "engine/cache/layer_store.h"
#include "engine/cache/map_scratch.h"
#include "engine/model/rotary.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace scalekv {

/// What all layers of a generation remember: the stores that the policy's plan asks for, which layer has
/// which, and the scratch that they share.
class LayerStores {
public:
    struct Terms {
        std::shared_ptr<const CachePolicy> policy;
        std::vector<std::int64_t> sequences; ///< S of each layer (guidance may end before the last layer)
        std::int64_t heads = 0;
        std::int64_t headDim = 0;
        bool positions = false;               ///< LayerState::positions are wanted
        std::span<const RotaryAngles> angles; ///< of every scale
    };
    LayerStores(const Terms& terms, at::ScalarType type, at::Device device);

    LayerStore& of(std::int64_t layer) { return *ofLayer_.at(std::size_t(layer)); }
    const LayerStore& of(std::int64_t layer) const { return *ofLayer_.at(std::size_t(layer)); }
    void clear();

    std::int64_t bytes() const;
    std::int64_t peakBytes() const;
    /// Of the rooms that layers share: for the current map, and what stores have of their own.
    std::int64_t scratchBytes() const;

private:
    LayerStore* add(std::unique_ptr<LayerStore> store);

    std::unique_ptr<MapScratch> scratch_; ///< stores refer to it
    std::vector<std::unique_ptr<LayerStore>> stores_;
    std::vector<LayerStore*> ofLayer_;
};

} // namespace scalekv
