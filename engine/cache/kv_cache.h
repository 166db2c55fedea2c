#pragma once

#include "engine/model/attention.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace scalekv {

/// Storage of keys (after rotation) and values, and nothing else: what stays and what goes is decided
/// elsewhere.
///
/// A layer's room is reserved once, [S, H, capacity, D]; entries are appended in place by writing into the
/// views that append() gives. Pages of the reservation that nothing was written to cost no memory.
class KvCache {
public:
    struct Layout {
        std::vector<std::int64_t> sequences; ///< S of each layer (guidance may end before the last layer)
        std::int64_t heads = 0;
        std::int64_t headDim = 0;
        std::int64_t capacity = 0;   ///< most entries a sequence and head of one layer
        std::int64_t largestMap = 0; ///< tokens of the largest current map that is not stored
    };
    KvCache(Layout layout, at::ScalarType type, at::Device device);

    /// Makes room for `tokens` more entries in a layer: views [S, H, tokens, D] to be written. Throws
    /// std::logic_error when the reservation is exceeded.
    KeyValues append(std::int64_t layer, std::int64_t tokens);
    /// What a layer holds: views [S, H, n, D].
    KeyValues stored(std::int64_t layer) const;
    /// Room for a current map that is not stored, shared by all layers: views [S, H, tokens, D] of undefined
    /// contents.
    KeyValues scratch(std::int64_t layer, std::int64_t tokens);

    std::int64_t entries(std::int64_t layer) const { return entries_[std::size_t(layer)]; }
    /// Bytes of stored entries (reserved but unused room not counted).
    std::int64_t bytes(std::int64_t layer) const;
    std::int64_t bytes() const;
    std::int64_t peakBytes() const { return peakBytes_; }
    std::int64_t scratchBytes() const;

private:
    Layout layout_;
    at::TensorOptions options_;
    std::vector<KeyValues> rooms_; ///< a layer, [S, H, capacity, D]; made at the layer's first append
    std::vector<std::int64_t> entries_;
    at::Tensor scratch_; ///< one flat buffer
    std::int64_t peakBytes_ = 0;
};

} // namespace scalekv
