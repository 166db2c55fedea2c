#pragma once

#include "engine/cache/cache_policy.h"

#include <memory>

namespace scalekv {

/// A policy at work in one layer alone, while all others keep everything: what that layer's evictions do by
/// themselves.
class OneLayerPolicy final : public CachePolicy {
public:
    OneLayerPolicy(std::shared_ptr<const CachePolicy> policy, std::int64_t layer);
    at::Tensor select(const LayerState& state, std::int64_t keep) const override;
    std::vector<std::int64_t> window(MapSize map) const override { return policy_->window(map); }
    at::Tensor expected() const override { return policy_->expected(); }

private:
    std::shared_ptr<const CachePolicy> policy_;
};

} // namespace scalekv
