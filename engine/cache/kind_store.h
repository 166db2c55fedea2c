#pragma once

#include "engine/cache/kv_cache.h"
#include "engine/cache/layer_store.h"

#include <memory>
#include <vector>

namespace scalekv {

/// Entries as they are where heads of a layer hold different numbers of them: each head has rooms of its own,
/// and attention reads them where they lie. Which entries stay the policy says, a head at a time.
class KindStore final : public LayerStore {
public:
    struct Layout {
        std::vector<std::int64_t> sequences; ///< S of each layer
        std::int64_t heads = 0;
        std::int64_t headDim = 0;
        bool positions = false; ///< LayerState::positionsByHead are wanted
    };
    /// The map lies in the scratch until it is known what stays of it.
    KindStore(Layout layout, std::shared_ptr<const CachePolicy> policy, MapScratch& scratch,
              at::ScalarType type, at::Device device);

    void open(LayerState& state, StageClock& clock) override;
    bool closes(std::int64_t scale, std::int64_t layer) const override;
    void close(const LayerState& state) override;
    void clear() override;

    std::int64_t bytes(std::int64_t layer) const override;
    std::int64_t bytes() const override;
    std::int64_t peakBytes() const override { return peakBytes_; }

private:
    void closeHead(const LayerState& state, std::int64_t head);

    Layout layout_;
    std::shared_ptr<const CachePolicy> policy_;
    MapScratch& scratch_;
    bool onHost_;
    std::vector<KvCache> heads_; ///< one a head, with rooms for all layers
    at::Tensor expected_;        ///< the policy's, on the device
    /// Of each layer and head that `expected_` is for, where the entries of each scale begin: [S, 1, scales]
    /// int64. They keep their order, so this says of all entries which scale they are of.
    std::vector<at::Tensor> firsts_;
    std::vector<std::vector<KeyValues>> read_; ///< what each head of the open layer reads
    std::vector<at::Tensor> positions_;
    std::int64_t peakBytes_ = 0;
};

} // namespace scalekv
