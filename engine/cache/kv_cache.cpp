#include "engine/cache/kv_cache.h"

#include "engine/memory/page_release.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace scalekv {
namespace {

/// The entries that one head keeps. `kept` is [S or 1, H or 1, keep] on the CPU.
const std::int64_t* keptBy(const at::Tensor& kept, std::int64_t sequence, std::int64_t head) {
    return kept.const_data_ptr<std::int64_t>() + (kept.size(0) > 1 ? sequence * kept.stride(0) : 0) +
           (kept.size(1) > 1 ? head * kept.stride(1) : 0);
}

void checkKept(const at::Tensor& kept, std::int64_t entries) {
    const std::int64_t keep = kept.size(2);
    for (std::int64_t s = 0; s < kept.size(0); ++s) {
        for (std::int64_t h = 0; h < kept.size(1); ++h) {
            const std::int64_t* indices = keptBy(kept, s, h);
            for (std::int64_t i = 0; i < keep; ++i)
                if (indices[i] < (i == 0 ? 0 : indices[i - 1] + 1) || indices[i] >= entries)
                    throw std::logic_error("KvCache: kept entries must be ascending, unique and present");
        }
    }
}

/// One side (keys or values) of one head: moves the kept rows of the room to its front, then fetches those
/// that come from the current map. Indices ascend, so a row never lands on one that is still to be read.
void compact(std::byte* room, std::int64_t history, const std::byte* current, std::int64_t currentStride,
             std::size_t rowBytes, const std::int64_t* kept, std::int64_t keep) {
    for (std::int64_t i = 0; i < keep; ++i) {
        std::byte* to = room + std::size_t(i) * rowBytes;
        if (kept[i] >= history)
            std::memcpy(to, current + (kept[i] - history) * currentStride, rowBytes);
        else if (kept[i] != i)
            std::memcpy(to, room + std::size_t(kept[i]) * rowBytes, rowBytes);
    }
}

} // namespace

KvCache::KvCache(Layout layout, at::ScalarType type, at::Device device)
    : layout_(std::move(layout)), options_(at::TensorOptions().dtype(type).device(device)),
      rooms_(layout_.sequences.size()), positions_(rooms_.size()), entries_(rooms_.size(), 0),
      seen_(rooms_.size(), 0) {
    if (layout_.capacity.size() != layout_.sequences.size())
        throw std::logic_error("KvCache: one capacity a layer");
}

void KvCache::reserve(std::int64_t layer) {
    KeyValues& room = rooms_.at(std::size_t(layer));
    if (room.keys.defined())
        return;
    const std::int64_t sequences = layout_.sequences[std::size_t(layer)];
    const std::int64_t capacity = layout_.capacity[std::size_t(layer)];
    room.keys = at::empty({sequences, layout_.heads, capacity, layout_.headDim}, options_);
    room.values = at::empty_like(room.keys);
    if (layout_.positions)
        positions_[std::size_t(layer)] = at::empty({sequences, layout_.heads, capacity}, at::kInt);
}

void KvCache::setEntries(std::int64_t layer, std::int64_t entries) {
    entries_[std::size_t(layer)] = entries;
    peakBytes_ = std::max(peakBytes_, bytes());
}

KeyValues KvCache::append(std::int64_t layer, std::int64_t tokens) {
    const std::int64_t used = entries_.at(std::size_t(layer));
    if (used + tokens > layout_.capacity[std::size_t(layer)])
        throw std::logic_error("KvCache: more entries than were reserved");
    reserve(layer);
    const KeyValues& room = rooms_[std::size_t(layer)];
    std::int64_t& seen = seen_[std::size_t(layer)];
    if (layout_.positions)
        positions_[std::size_t(layer)]
            .narrow(2, used, tokens)
            .copy_(at::arange(seen, seen + tokens, at::kInt));
    seen += tokens;
    setEntries(layer, used + tokens);
    return {room.keys.narrow(2, used, tokens), room.values.narrow(2, used, tokens)};
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

at::Tensor KvCache::positions(std::int64_t layer) const {
    if (!layout_.positions)
        return {};
    const at::Tensor& room = positions_.at(std::size_t(layer));
    if (!room.defined())
        return at::empty({layout_.sequences[std::size_t(layer)], layout_.heads, 0}, at::kInt);
    return room.narrow(2, 0, entries(layer));
}

KeyValues KvCache::scratch(std::int64_t layer, std::int64_t tokens) {
    const std::int64_t sequences = layout_.sequences.at(std::size_t(layer));
    const std::int64_t elements = sequences * layout_.heads * tokens * layout_.headDim;
    if (!scratch_.defined()) {
        const std::int64_t most = *std::max_element(layout_.sequences.begin(), layout_.sequences.end());
        scratch_ = at::empty(
            {2, most * layout_.heads * std::max(tokens, layout_.largestMap) * layout_.headDim}, options_);
        scratchBytes_ = static_cast<std::int64_t>(scratch_.nbytes());
    }
    const auto part = [&](std::int64_t index) {
        return scratch_[index]
            .narrow(0, 0, elements)
            .view({sequences, layout_.heads, tokens, layout_.headDim});
    };
    return {part(0), part(1)};
}

void KvCache::retain(std::int64_t layer, const at::Tensor& kept, const KeyValues& current) {
    const std::int64_t history = entries(layer);
    const std::int64_t keep = kept.size(2);
    if (keep > layout_.capacity[std::size_t(layer)])
        throw std::logic_error("KvCache: more entries than were reserved");
    const at::Tensor indices = kept.to(at::kCPU, at::kLong).contiguous();
    checkKept(indices, history + current.tokens());
    reserve(layer);
    if (options_.device().is_cpu())
        retainOnCpu(layer, indices, current);
    else
        retainAnywhere(layer, indices, current);
    if (layout_.positions)
        retainPositions(layer, indices, current.tokens());
    seen_[std::size_t(layer)] += current.tokens();
    setEntries(layer, keep);
}

void KvCache::retainOnCpu(std::int64_t layer, const at::Tensor& kept, const KeyValues& current) {
    const KeyValues& room = rooms_[std::size_t(layer)];
    const std::int64_t history = entries(layer);
    const std::int64_t keep = kept.size(2);
    const auto element = static_cast<std::int64_t>(options_.dtype().itemsize());
    const auto rowBytes = static_cast<std::size_t>(layout_.headDim * element);
    const auto side = [&](const at::Tensor& to, const at::Tensor& from, std::int64_t s, std::int64_t h) {
        auto* head =
            static_cast<std::byte*>(to.mutable_data_ptr()) + (s * to.stride(0) + h * to.stride(1)) * element;
        const auto* source = static_cast<const std::byte*>(from.const_data_ptr()) +
                             (s * from.stride(0) + h * from.stride(1)) * element;
        compact(head, history, source, from.stride(2) * element, rowBytes, keptBy(kept, s, h), keep);
        if (keep < history)
            releasePages(head + std::size_t(keep) * rowBytes, std::size_t(history - keep) * rowBytes);
    };
    const std::int64_t heads = layout_.heads;
    at::parallel_for(0, layout_.sequences[std::size_t(layer)] * heads, 1,
                     [&](std::int64_t begin, std::int64_t end) {
                         for (std::int64_t i = begin; i < end; ++i) {
                             side(room.keys, current.keys, i / heads, i % heads);
                             side(room.values, current.values, i / heads, i % heads);
                         }
                     });
}

void KvCache::retainAnywhere(std::int64_t layer, const at::Tensor& kept, const KeyValues& current) {
    const KeyValues old = stored(layer);
    const std::int64_t keep = kept.size(2);
    const at::Tensor indices =
        kept.to(options_.device())
            .unsqueeze(-1)
            .expand({layout_.sequences[std::size_t(layer)], layout_.heads, keep, layout_.headDim});
    const auto side = [&](const at::Tensor& room, const at::Tensor& history, const at::Tensor& now) {
        const at::Tensor gathered = at::cat({history, now}, 2).gather(2, indices);
        room.narrow(2, 0, keep).copy_(gathered);
    };
    side(rooms_[std::size_t(layer)].keys, old.keys, current.keys);
    side(rooms_[std::size_t(layer)].values, old.values, current.values);
}

void KvCache::retainPositions(std::int64_t layer, const at::Tensor& kept, std::int64_t currentTokens) {
    const std::int64_t seen = seen_[std::size_t(layer)];
    const at::Tensor old = positions(layer);
    const at::Tensor now =
        at::arange(seen, seen + currentTokens, at::kInt).expand({old.size(0), old.size(1), currentTokens});
    const at::Tensor all = at::cat({old, now}, 2);
    positions_[std::size_t(layer)]
        .narrow(2, 0, kept.size(2))
        .copy_(all.gather(2, kept.expand({old.size(0), old.size(1), kept.size(2)})));
}

void KvCache::clear() {
    for (std::size_t layer = 0; layer < rooms_.size(); ++layer) {
        rooms_[layer] = {};
        positions_[layer].reset();
        entries_[layer] = 0;
    }
    scratch_.reset();
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

} // namespace scalekv
