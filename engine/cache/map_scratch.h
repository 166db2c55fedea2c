#pragma once

#include "engine/model/attention.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace scalekv {

/// Room for a current map that does not lie behind its history: one buffer, lent to one layer after the
/// other. It is made at its first use and counted apart from what is stored.
class MapScratch {
public:
    struct Layout {
        std::int64_t tokens = 0;    ///< most that are ever asked for
        std::int64_t sequences = 0; ///< of the layer that has most
        std::int64_t heads = 0;
        std::int64_t headDim = 0;
    };
    MapScratch(Layout layout, at::ScalarType type, at::Device device);

    /// Views [S, H, tokens, D] of undefined contents, valid until it is lent again. Throws std::logic_error
    /// beyond the layout.
    KeyValues lend(std::int64_t sequences, std::int64_t tokens);
    /// Gives the buffer back. How large it was stays known.
    void clear() { buffer_.reset(); }
    std::int64_t bytes() const { return bytes_; }

private:
    Layout layout_;
    at::TensorOptions options_;
    at::Tensor buffer_; ///< [2, ·]
    std::int64_t bytes_ = 0;
};

} // namespace scalekv
