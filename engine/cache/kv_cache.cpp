#include "engine/cache/kv_cache.h"

#include <algorithm>
#include <stdexcept>

namespace scalekv {

KvCache::KvCache(Layout layout, at::ScalarType type, at::Device device)
    : layout_(std::move(layout)), options_(at::TensorOptions().dtype(type).device(device)),
      rooms_(layout_.sequences.size()), entries_(layout_.sequences.size(), 0) {}

KeyValues KvCache::append(std::int64_t layer, std::int64_t tokens) {
    KeyValues& room = rooms_.at(std::size_t(layer));
    std::int64_t& used = entries_[std::size_t(layer)];
    if (used + tokens > layout_.capacity)
        throw std::logic_error("KvCache: more entries than were reserved");
    if (!room.keys.defined()) {
        const std::int64_t sequences = layout_.sequences[std::size_t(layer)];
        room.keys = at::empty({sequences, layout_.heads, layout_.capacity, layout_.headDim}, options_);
        room.values = at::empty_like(room.keys);
    }
    const KeyValues added{room.keys.narrow(2, used, tokens), room.values.narrow(2, used, tokens)};
    used += tokens;
    peakBytes_ = std::max(peakBytes_, bytes());
    return added;
}

KeyValues KvCache::stored(std::int64_t layer) const {
    const KeyValues& room = rooms_.at(std::size_t(layer));
    const std::int64_t used = entries(layer);
    if (!room.keys.defined()) {
        const at::Tensor none =
            at::empty({layout_.sequences[std::size_t(layer)], layout_.heads, 0, layout_.headDim}, options_);
        return {none, none};
    }
    return {room.keys.narrow(2, 0, used), room.values.narrow(2, 0, used)};
}

KeyValues KvCache::scratch(std::int64_t layer, std::int64_t tokens) {
    const std::int64_t sequences = layout_.sequences.at(std::size_t(layer));
    const std::int64_t elements = sequences * layout_.heads * tokens * layout_.headDim;
    if (!scratch_.defined()) {
        const std::int64_t most = *std::max_element(layout_.sequences.begin(), layout_.sequences.end());
        scratch_ = at::empty(
            {2, most * layout_.heads * std::max(tokens, layout_.largestMap) * layout_.headDim}, options_);
    }
    const auto part = [&](std::int64_t index) {
        return scratch_[index]
            .narrow(0, 0, elements)
            .view({sequences, layout_.heads, tokens, layout_.headDim});
    };
    return {part(0), part(1)};
}

std::int64_t KvCache::bytes(std::int64_t layer) const {
    return 2 * layout_.sequences[std::size_t(layer)] * layout_.heads * layout_.headDim * entries(layer) *
           static_cast<std::int64_t>(options_.dtype().itemsize());
}

std::int64_t KvCache::bytes() const {
    std::int64_t sum = 0;
    for (std::size_t layer = 0; layer < entries_.size(); ++layer)
        sum += bytes(static_cast<std::int64_t>(layer));
    return sum;
}

std::int64_t KvCache::scratchBytes() const {
    return scratch_.defined() ? static_cast<std::int64_t>(scratch_.nbytes()) : 0;
}

} // namespace scalekv
