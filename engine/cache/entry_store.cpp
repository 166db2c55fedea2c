#include "engine/cache/entry_store.h"

namespace scalekv {

EntryStore::EntryStore(KvCache::Layout layout, std::shared_ptr<const CachePolicy> policy, MapScratch& scratch,
                       at::ScalarType type, at::Device device)
    : policy_(std::move(policy)), scratch_(scratch), cache_(std::move(layout), type, device) {}

void EntryStore::open(LayerState& state, StageClock& /*clock*/) {
    // The map joins the history where it lies, unless part of it is to go, or (at the last scale) all of it,
    // since nothing attends to it later.
    const bool last = state.scale + 1 == policy_->plan().scales();
    state.positions = cache_.positions(state.layer);
    const MapRoom room =
        cache_.room(state.layer, state.map.tokens(), !last && !closes(state.scale, state.layer), scratch_);
    state.history = room.history;
    state.current = room.current;
    state.joined = room.joined;
}

bool EntryStore::closes(std::int64_t scale, std::int64_t layer) const {
    return policy_->plan().evicts(scale, layer);
}

void EntryStore::close(const LayerState& state) {
    const at::Tensor kept = policy_->select(state, policy_->plan().entries(state.scale, state.layer));
    cache_.retain(state.layer, kept, {state.history, state.current, state.joined});
}

} // namespace scalekv
