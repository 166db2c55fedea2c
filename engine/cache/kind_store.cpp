#include "engine/cache/kind_store.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <stdexcept>

namespace scalekv {

KindStore::KindStore(Layout layout, std::shared_ptr<const CachePolicy> policy, MapScratch& scratch,
                     at::ScalarType type, at::Device device)
    : layout_(std::move(layout)), policy_(std::move(policy)), scratch_(scratch), onHost_(device.is_cpu()),
      expected_(policy_->expected()), firsts_(layout_.sequences.size() * std::size_t(layout_.heads)) {
    const CachePlan& plan = policy_->plan();
    if (plan.kinds() == nullptr || plan.kinds()->heads() != layout_.heads)
        throw std::logic_error("KindStore: the policy was made for another number of heads");
    if (expected_.defined())
        expected_ = expected_.to(device);
    for (std::int64_t h = 0; h < layout_.heads; ++h) {
        KvCache::Layout one{.sequences = layout_.sequences,
                            .capacity = {},
                            .heads = 1,
                            .headDim = layout_.headDim,
                            .positions = layout_.positions,
                            .reserved = onHost_};
        for (std::int64_t layer = 0; layer < plan.layers(); ++layer) {
            std::int64_t most = 0;
            for (std::int64_t k = 0; k + 1 < plan.scales(); ++k)
                most = std::max(most, plan.kept(k, layer, h));
            one.capacity.push_back(most);
        }
        heads_.emplace_back(std::move(one), type, device);
    }
}

void KindStore::open(LayerState& state, StageClock& /*clock*/) {
    read_.assign(std::size_t(layout_.heads), {});
    positions_.clear();
    for (std::int64_t h = 0; h < layout_.heads; ++h) {
        const KvCache& held = heads_[std::size_t(h)];
        if (held.entries(state.layer) > 0)
            read_[std::size_t(h)] = {held.stored(state.layer)};
        if (layout_.positions)
            positions_.push_back(held.positions(state.layer));
    }
    state.current = scratch_.lend(layout_.sequences[std::size_t(state.layer)], state.map.tokens());
    state.byHead = read_;
    state.positionsByHead = positions_;
}

bool KindStore::closes(std::int64_t scale, std::int64_t /*layer*/) const {
    return scale + 1 < policy_->plan().scales();
}

void KindStore::close(const LayerState& state) {
    const auto some = [&](std::int64_t begin, std::int64_t end) {
        const c10::InferenceMode inference; // a setting of each thread
        for (std::int64_t h = begin; h < end; ++h)
            closeHead(state, h);
    };
    if (onHost_)
        at::parallel_for(0, layout_.heads, 1, some);
    else
        some(0, layout_.heads);
    peakBytes_ = std::max(peakBytes_, bytes());
}

void KindStore::closeHead(const LayerState& state, std::int64_t head) {
    LayerState one = state.ofHead(head);
    KvCache& cache = heads_[std::size_t(head)];
    const CachePlan& plan = policy_->plan();
    const bool wanted = expected_.defined() && !plan.kinds()->isContextual(state.layer, head);
    at::Tensor& first = firsts_[std::size_t(state.layer * layout_.heads + head)];
    at::Tensor begins; // of each scale up to this one, among all entries
    if (wanted) {
        const at::Tensor own = at::full({one.queries.size(0), 1, 1}, one.history.tokens(),
                                        one.queries.options().dtype(at::kLong));
        begins = first.defined() ? at::cat({first, own}, 2) : own;
    }
    const std::int64_t keep = plan.kept(state.scale, state.layer, head);
    if (keep == one.entries()) {
        KeyValues room = cache.append(state.layer, one.current.tokens());
        room.keys.copy_(one.current.keys);
        room.values.copy_(one.current.values);
        first = begins;
        return;
    }
    if (wanted) {
        const at::Tensor entries = at::arange(one.entries(), begins.options())
                                       .expand({begins.size(0), 1, one.entries()})
                                       .contiguous();
        one.sources = at::searchsorted(begins, entries, false, true).sub_(1);
        one.expected = expected_[state.scale][state.layer][head].narrow(0, 0, state.scale + 1);
    }
    const at::Tensor kept = policy_->select(one, keep);
    MapRoom room{one.history, one.current, {}};
    if (!onHost_) // what stays is gathered there
        room.joined = {at::cat({one.history.keys, one.current.keys}, 2),
                       at::cat({one.history.values, one.current.values}, 2)};
    cache.retain(state.layer, kept, room);
    if (wanted)
        first = at::searchsorted(kept.expand({begins.size(0), 1, keep}).contiguous(), begins);
}

void KindStore::clear() {
    for (KvCache& cache : heads_)
        cache.clear();
    std::fill(firsts_.begin(), firsts_.end(), at::Tensor());
    read_.clear();
    positions_.clear();
}

std::int64_t KindStore::bytes(std::int64_t layer) const {
    std::int64_t sum = 0;
    for (const KvCache& cache : heads_)
        sum += cache.bytes(layer);
    return sum;
}

std::int64_t KindStore::bytes() const {
    std::int64_t sum = 0;
    for (const KvCache& cache : heads_)
        sum += cache.bytes();
    return sum;
}

} // namespace scalekv
