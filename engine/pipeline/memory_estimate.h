#pragma once

#include "engine/cache/cache_plan.h"
#include "engine/image/vae_cost.h"
#include "engine/model/transformer_shape.h"

#include <cstdint>
#include <span>

namespace scalekv {

/// Memory that a generation takes at most, beyond the weights.
struct MemoryEstimate {
    std::int64_t kvBytes = 0;      ///< retained keys and values, exact
    std::int64_t scratchBytes = 0; ///< the shared rooms for the current map and what is decoded, exact
    std::int64_t layerBytes = 0;   ///< activations inside a layer at the largest map
    std::int64_t decodeBytes = 0;  ///< activations of the VAE's decoder, when the cache is gone
    std::int64_t libraryBytes = 0; ///< what the libraries keep for themselves
    std::int64_t holeBytes = 0;    ///< in the heap beside them, where they come and go layer by layer

    /// Of all this, at the moment when most is alive.
    std::int64_t peakBytes() const;
};

/// Bytes of a number in the types that the two compute in.
struct ElementBytes {
    std::int64_t transformer = 4;
    std::int64_t vae = 4;
};

/// `sequences`: of each layer. `latent`: the VAE's last map. On the CPU, where attention needs no memory that
/// grows with the map.
MemoryEstimate estimateMemory(const TransformerShape& shape, const VaeShape& vae, const CachePlan& plan,
                              std::span<const std::int64_t> sequences, MapSize latent, ElementBytes bytes);
/// The same on a device, in the tensors that LibTorch's allocator there counts.
MemoryEstimate estimateDeviceMemory(const TransformerShape& shape, const VaeShape& vae, const CachePlan& plan,
                                    std::span<const std::int64_t> sequences, MapSize latent,
                                    ElementBytes bytes);

} // namespace scalekv
