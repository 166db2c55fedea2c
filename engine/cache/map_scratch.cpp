#include "engine/cache/map_scratch.h"

#include <ATen/ATen.h>

#include <stdexcept>

namespace scalekv {

MapScratch::MapScratch(Layout layout, at::ScalarType type, at::Device device)
    : layout_(layout), options_(at::TensorOptions().dtype(type).device(device)) {}

KeyValues MapScratch::lend(std::int64_t sequences, std::int64_t tokens) {
    if (sequences > layout_.sequences || tokens > layout_.tokens)
        throw std::logic_error("MapScratch: a larger map than was planned for");
    const std::int64_t row = layout_.heads * layout_.headDim;
    if (!buffer_.defined()) {
        buffer_ = at::empty({2, layout_.sequences * layout_.tokens * row}, options_);
        bytes_ = static_cast<std::int64_t>(buffer_.nbytes());
    }
    const auto part = [&](std::int64_t index) {
        return buffer_[index]
            .narrow(0, 0, sequences * tokens * row)
            .view({sequences, layout_.heads, tokens, layout_.headDim});
    };
    return {part(0), part(1)};
}

} // namespace scalekv
