#include "engine/cache/segment_cache.h"

#include "engine/memory/page_release.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace scalekv {

SegmentCache::SegmentCache(Layout layout, const SegmentSchedule& schedule, MapScratch& scratch,
                           at::ScalarType type, at::Device device)
    : layout_(std::move(layout)), schedule_(schedule), scratch_(scratch),
      options_(at::TensorOptions().dtype(type).device(device)) {
    if (std::int64_t(layout_.sequences.size()) != schedule_.layers())
        throw std::logic_error("SegmentCache: sequences for each of the schedule's layers");
    if (layout_.positions) {
        std::int64_t all = 0;
        for (std::int64_t scale = 0; scale < schedule_.scales(); ++scale)
            all += schedule_.tokens(scale);
        tokens_ = at::arange(all, options_.dtype(at::kInt));
    }
    reset();
}

void SegmentCache::reset() {
    const auto layers = std::size_t(schedule_.layers()), heads = std::size_t(schedule_.heads());
    stretches_.assign(layers, std::vector<std::vector<KeyValues>>(heads));
    sources_.assign(layers, std::vector<std::vector<std::int64_t>>(heads));
    whole_.assign(layers, {});
    wholeTokens_.assign(layers, 0);
    bytes_.assign(layers, 0);
}

std::int64_t SegmentCache::tokenBytes(std::int64_t layer) const {
    return 2 * layout_.sequences[std::size_t(layer)] * layout_.headDim *
           static_cast<std::int64_t>(options_.dtype().itemsize());
}

std::int64_t SegmentCache::bytes() const {
    return std::accumulate(bytes_.begin(), bytes_.end(), std::int64_t{0});
}

void SegmentCache::open(LayerState& state, StageClock& clock) {
    if (closes(state.scale, state.layer)) {
        const StageClock::Span span(clock, &StageSeconds::selection);
        makeRoom(state.scale, state.layer);
    }
    state.current = scratch_.lend(layout_.sequences[std::size_t(state.layer)], state.map.tokens());
    state.byHead = stretches_.at(std::size_t(state.layer));
    positions_.clear();
    for (std::int64_t h = 0; layout_.positions && h < schedule_.heads(); ++h)
        positions_.push_back(positionsOf(state.scale, state.layer, h));
    state.positionsByHead = positions_;
}

at::Tensor SegmentCache::positionsOf(std::int64_t scale, std::int64_t layer, std::int64_t head) const {
    std::vector<at::Tensor> places{tokens_.narrow(0, 0, 0)};
    std::int64_t first = 0;
    for (std::int64_t source = 0; source < scale; first += schedule_.tokens(source++))
        if (schedule_.finds(scale, {source, head, layer}))
            places.push_back(tokens_.narrow(0, first, schedule_.tokens(source)));
    return at::cat(places).expand({layout_.sequences[std::size_t(layer)], 1, -1});
}

void SegmentCache::close(const LayerState& state) {
    store(state.scale, state.layer, state.current);
}

void SegmentCache::drop(const Segment& segment) {
    auto& stretches = stretches_[std::size_t(segment.layer)][std::size_t(segment.head)];
    auto& sources = sources_[std::size_t(segment.layer)][std::size_t(segment.head)];
    const auto found = std::find(sources.begin(), sources.end(), segment.source);
    if (segment.source < kWholeScales || found == sources.end())
        throw std::logic_error("SegmentCache: this segment is not there");
    const auto stretch = stretches.begin() + (found - sources.begin());
    if (options_.device().is_cpu()) {
        // To the system at once: what comes next is larger and would not fit into the hole.
        const auto& piece = stretch->keys.storage();
        releasePages(piece.mutable_data(), piece.nbytes());
    }
    stretches.erase(stretch);
    sources.erase(found);
    bytes_[std::size_t(segment.layer)] -= schedule_.tokens(segment.source) * tokenBytes(segment.layer);
}

void SegmentCache::makeRoom(std::int64_t scale, std::int64_t layer) {
    for (const Segment& segment : schedule_.early(scale, layer))
        drop(segment);
}

void SegmentCache::store(std::int64_t scale, std::int64_t layer, const KeyValues& map) {
    std::vector<bool> goes(std::size_t(schedule_.heads()), false);
    for (const Segment& segment : schedule_.own(scale, layer)) {
        if (segment.source == scale)
            goes[std::size_t(segment.head)] = true;
        else
            drop(segment);
    }
    std::vector<std::int64_t> heads;
    for (std::int64_t h = 0; h < schedule_.heads(); ++h)
        if (!goes[std::size_t(h)])
            heads.push_back(h);
    if (scale < kWholeScales)
        storeWhole(layer, map);
    else
        storePieces(scale, layer, heads, map);
    bytes_[std::size_t(layer)] += std::int64_t(heads.size()) * map.tokens() * tokenBytes(layer);
    peakBytes_ = std::max(peakBytes_, bytes());
}

void SegmentCache::storeWhole(std::int64_t layer, const KeyValues& map) {
    const auto at = static_cast<std::size_t>(layer);
    at::Tensor& room = whole_[at];
    if (!room.defined()) {
        std::int64_t tokens = 0;
        for (std::int64_t scale = 0; scale < std::min(kWholeScales, schedule_.scales() - 1); ++scale)
            tokens += schedule_.tokens(scale);
        room = at::empty({2, layout_.sequences[at], schedule_.heads(), tokens, layout_.headDim}, options_);
    }
    const std::int64_t before = wholeTokens_[at], tokens = before + map.tokens();
    room[0].narrow(2, before, map.tokens()).copy_(map.keys);
    room[1].narrow(2, before, map.tokens()).copy_(map.values);
    wholeTokens_[at] = tokens;
    for (std::int64_t h = 0; h < schedule_.heads(); ++h) {
        const auto view = [&](std::int64_t side) { return room[side].narrow(1, h, 1).narrow(2, 0, tokens); };
        stretches_[at][std::size_t(h)] = {{view(0), view(1)}};
        sources_[at][std::size_t(h)] = {0};
    }
}

void SegmentCache::storePieces(std::int64_t scale, std::int64_t layer, const std::vector<std::int64_t>& heads,
                               const KeyValues& map) {
    const auto at = static_cast<std::size_t>(layer);
    for (const std::int64_t h : heads) { // one after the other: the heap of a thread is its own
        const at::Tensor piece =
            at::empty({2, layout_.sequences[at], 1, map.tokens(), layout_.headDim}, options_);
        stretches_[at][std::size_t(h)].push_back({piece[0], piece[1]});
        sources_[at][std::size_t(h)].push_back(scale);
    }
    const auto copy = [&](std::int64_t begin, std::int64_t end) {
        const c10::InferenceMode inference; // a setting of each thread
        for (std::int64_t i = begin; i < end; ++i) {
            const std::int64_t h = heads[std::size_t(i)];
            const KeyValues& piece = stretches_[at][std::size_t(h)].back();
            piece.keys.copy_(map.keys.narrow(1, h, 1));
            piece.values.copy_(map.values.narrow(1, h, 1));
        }
    };
    if (options_.device().is_cpu())
        at::parallel_for(0, std::int64_t(heads.size()), 1, copy);
    else
        copy(0, std::int64_t(heads.size()));
}

} // namespace scalekv
