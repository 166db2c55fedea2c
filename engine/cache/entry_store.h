#pragma once

#include "engine/cache/kv_cache.h"
#include "engine/cache/layer_store.h"

#include <memory>
#include <vector>

namespace scalekv {

/// Entries as they are, as many in all heads of a layer; which of them stay the policy says.
class EntryStore final : public LayerStore {
public:
    /// A map that does not stay as a whole is written into the scratch.
    EntryStore(KvCache::Layout layout, std::shared_ptr<const CachePolicy> policy, MapScratch& scratch,
               at::ScalarType type, at::Device device);

    void open(LayerState& state, StageClock& clock) override;
    bool closes(std::int64_t scale, std::int64_t layer) const override;
    void close(const LayerState& state) override;
    void clear() override { cache_.clear(); }

    at::Tensor positions(std::int64_t layer) const override { return cache_.positions(layer); }
    std::int64_t bytes(std::int64_t layer) const override { return cache_.bytes(layer); }
    std::int64_t bytes() const override { return cache_.bytes(); }
    std::int64_t peakBytes() const override { return cache_.peakBytes(); }

private:
    std::shared_ptr<const CachePolicy> policy_;
    MapScratch& scratch_;
    KvCache cache_;
};

} // namespace scalekv
