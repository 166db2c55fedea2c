#include "engine/cache/one_layer_policy.h"

namespace scalekv {
namespace {

CachePlan planOfOneLayer(const CachePlan& plan, std::int64_t layer) {
    if (plan.segments() != nullptr)
        return CachePlan::ofSegments(plan.schedule(), plan.segments()->ofOneLayer(layer));
    if (plan.kinds() != nullptr)
        return CachePlan::ofKinds(plan.schedule(), plan.kinds()->ofOneLayer(layer, plan.schedule()));
    if (plan.spectra() != nullptr)
        return plan.ofSpectraIn(layer);
    const CachePlan full = CachePlan::full(plan.schedule(), plan.layers());
    std::vector<std::vector<std::int64_t>> table;
    for (std::int64_t k = 0; k + 1 < plan.scales(); ++k) {
        auto& row = table.emplace_back(std::size_t(plan.layers()), full.entries(k, 0));
        row.at(std::size_t(layer)) = plan.entries(k, layer);
    }
    return {plan.schedule(), plan.layers(), std::move(table)};
}

} // namespace

OneLayerPolicy::OneLayerPolicy(std::shared_ptr<const CachePolicy> policy, std::int64_t layer)
    : CachePolicy(planOfOneLayer(policy->plan(), layer)), policy_(std::move(policy)) {}

at::Tensor OneLayerPolicy::select(const LayerState& state, std::int64_t keep) const {
    return policy_->select(state, keep); // asked of this one layer only: the others evict nothing
}

} // namespace scalekv
