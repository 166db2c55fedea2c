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
}

/// Gives a layer a room of exactly `tokens` more entries than it holds.
void KvCache::grow(std::int64_t layer, std::int64_t tokens) {
    const KeyValues old = stored(layer);
    const std::int64_t used = entries(layer);
    const auto larger = [&](const at::Tensor& held) {
        at::Tensor room = at::empty({held.size(0), layout_.heads, used + tokens, layout_.headDim}, options_);
        if (used > 0)
            room.narrow(2, 0, used).copy_(held);
        return room;
    };
    KeyValues& room = rooms_[std::size_t(layer)];
    room.keys = larger(old.keys);
    room.values = larger(old.values);
}

void KvCache::setEntries(std::int64_t layer, std::int64_t entries) {
    entries_[std::size_t(layer)] = entries;
    peakBytes_ = std::max(peakBytes_, bytes());
}

KeyValues KvCache::append(std::int64_t layer, std::int64_t tokens) {
    const std::int64_t used = entries_.at(std::size_t(layer));
    if (used + tokens > layout_.capacity[std::size_t(layer)])
        throw std::logic_error("KvCache: more entries than were reserved");
    if (layout_.reserved)
        reserve(layer);
    else
        grow(layer, tokens);
    const KeyValues& room = rooms_[std::size_t(layer)];
    if (layout_.positions)
        positions_[std::size_t(layer)] = withPositions(layer, tokens);
    seen_[std::size_t(layer)] += tokens;
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
    return layout_.positions ? withPositions(layer, 0) : at::Tensor();
}

/// Positions of what a layer holds and of the `tokens` that come next.
at::Tensor KvCache::withPositions(std::int64_t layer, std::int64_t tokens) const {
    const at::Tensor& held = positions_.at(std::size_t(layer));
    if (tokens == 0 && held.defined())
        return held;
    const std::int64_t seen = seen_[std::size_t(layer)];
    const at::Tensor next = at::arange(seen, seen + tokens, options_.dtype(at::kInt))
                                .expand({layout_.sequences[std::size_t(layer)], layout_.heads, tokens});
    return held.defined() ? at::cat({held, next}, 2) : next;
}

MapRoom KvCache::room(std::int64_t layer, std::int64_t tokens, bool stays, MapScratch& scratch) {
    const std::int64_t used = entries(layer);
    const std::int64_t sequences = layout_.sequences.at(std::size_t(layer));
    if (!stays && !layout_.joined)
        return {stored(layer), scratch.lend(sequences, tokens), {}};
    const KeyValues old = stays ? KeyValues{} : stored(layer);
    if (stays)
        append(layer, tokens);
    MapRoom room;
    room.joined = stays ? stored(layer) : scratch.lend(sequences, used + tokens);
    const auto part = [&](std::int64_t first, std::int64_t count) {
        return KeyValues{room.joined.keys.narrow(2, first, count),
                         room.joined.values.narrow(2, first, count)};
    };
    room.history = part(0, used);
    room.current = part(used, tokens);
    if (!stays && used > 0) {
        room.history.keys.copy_(old.keys);
        room.history.values.copy_(old.values);
    }
    return room;
}

void KvCache::retain(std::int64_t layer, const at::Tensor& kept, const MapRoom& room) {
    const std::int64_t keep = kept.size(2);
    if (keep > layout_.capacity[std::size_t(layer)])
        throw std::logic_error("KvCache: more entries than were reserved");
    if (kept.is_cpu())
        checkKept(kept.contiguous(), room.history.tokens() + room.current.tokens());
    const std::int64_t sequences = layout_.sequences[std::size_t(layer)];
    at::Tensor positions;
    if (layout_.positions)
        positions = withPositions(layer, room.current.tokens())
                        .gather(2, kept.expand({sequences, layout_.heads, keep}));
    if (room.joined.keys.defined())
        retainGathered(layer, kept, room.joined);
    else
        retainInPlace(layer, kept.contiguous(), room.current);
    positions_[std::size_t(layer)] = positions;
    seen_[std::size_t(layer)] += room.current.tokens();
    setEntries(layer, keep);
}

void KvCache::retainInPlace(std::int64_t layer, const at::Tensor& kept, const KeyValues& current) {
    reserve(layer);
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

void KvCache::retainGathered(std::int64_t layer, const at::Tensor& kept, const KeyValues& joined) {
    const at::Tensor indices = kept.unsqueeze(-1).expand(
        {layout_.sequences[std::size_t(layer)], layout_.heads, kept.size(2), layout_.headDim});
    KeyValues& room = rooms_[std::size_t(layer)];
    room = {}; // what was retained before lies in `joined`, too
    room = {joined.keys.gather(2, indices), joined.values.gather(2, indices)};
}

void KvCache::clear() {
    for (std::size_t layer = 0; layer < rooms_.size(); ++layer) {
        rooms_[layer] = {};
        positions_[layer].reset();
        entries_[layer] = 0;
        seen_[layer] = 0;
    }
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
