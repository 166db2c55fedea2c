#include "engine/cache/layer_stores.h"

#include "engine/cache/entry_store.h"
#include "engine/cache/kind_store.h"
#include "engine/cache/segment_cache.h"
#include "engine/cache/spectral/spectral_cache.h"

#include <algorithm>
#include <stdexcept>

namespace scalekv {
namespace {

/// A device reads a map joined to a copy of its history.
bool joins(at::Device device) {
    return !device.is_cpu();
}

MapScratch::Layout scratchLayout(const LayerStores::Terms& terms, at::Device device) {
    const CachePlan& plan = terms.policy->plan();
    return {.tokens = joins(device) ? plan.largestJoined() : plan.largestScratch(),
            .sequences = *std::max_element(terms.sequences.begin(), terms.sequences.end()),
            .heads = terms.heads,
            .headDim = terms.headDim};
}

std::unique_ptr<LayerStore> entries(const LayerStores::Terms& terms, MapScratch& scratch, at::ScalarType type,
                                    at::Device device) {
    const CachePlan& plan = terms.policy->plan();
    KvCache::Layout layout{.sequences = terms.sequences,
                           .capacity = {},
                           .heads = terms.heads,
                           .headDim = terms.headDim,
                           .positions = terms.positions,
                           .reserved = !joins(device) || !plan.evictsAnywhere(),
                           .joined = joins(device)};
    for (std::int64_t layer = 0; layer < plan.layers(); ++layer)
        layout.capacity.push_back(plan.most(layer));
    return std::make_unique<EntryStore>(std::move(layout), terms.policy, scratch, type, device);
}

std::unique_ptr<LayerStore> segments(const LayerStores::Terms& terms, MapScratch& scratch,
                                     at::ScalarType type, at::Device device) {
    const SegmentSchedule& schedule = *terms.policy->plan().segments();
    if (schedule.heads() != terms.heads)
        throw std::logic_error("LayerStores: the policy was made for another number of heads");
    return std::make_unique<SegmentCache>(
        SegmentCache::Layout{terms.sequences, terms.headDim, terms.positions}, schedule, scratch, type,
        device);
}

std::unique_ptr<LayerStore> kinds(const LayerStores::Terms& terms, MapScratch& scratch, at::ScalarType type,
                                  at::Device device) {
    return std::make_unique<KindStore>(
        KindStore::Layout{terms.sequences, terms.heads, terms.headDim, terms.positions}, terms.policy,
        scratch, type, device);
}

std::unique_ptr<LayerStore> spectra(const LayerStores::Terms& terms, MapScratch& scratch, at::ScalarType type,
                                    at::Device device) {
    const CachePlan& plan = terms.policy->plan();
    SpectralCache::Layout layout{terms.sequences, terms.heads, terms.positions};
    for (std::int64_t layer = 0; layer < plan.layers(); ++layer)
        if (!plan.spectral(layer))
            layout.sequences[std::size_t(layer)] = 0;
    return std::make_unique<SpectralCache>(std::move(layout), plan.schedule(), *plan.spectra(), terms.angles,
                                           scratch, type, device);
}

} // namespace

LayerStores::LayerStores(const Terms& terms, at::ScalarType type, at::Device device)
    : scratch_(std::make_unique<MapScratch>(scratchLayout(terms, device), type, device)) {
    const CachePlan& plan = terms.policy->plan();
    LayerStore* spectral = plan.spectra() != nullptr ? add(spectra(terms, *scratch_, type, device)) : nullptr;
    const auto asTheyAre = plan.segments() != nullptr ? segments : plan.kinds() != nullptr ? kinds : entries;
    LayerStore* others = nullptr;
    for (std::int64_t layer = 0; layer < plan.layers(); ++layer) {
        if (!plan.spectral(layer) && others == nullptr)
            others = add(asTheyAre(terms, *scratch_, type, device));
        ofLayer_.push_back(plan.spectral(layer) ? spectral : others);
    }
}

LayerStore* LayerStores::add(std::unique_ptr<LayerStore> store) {
    stores_.push_back(std::move(store));
    return stores_.back().get();
}

void LayerStores::clear() {
    for (const auto& store : stores_)
        store->clear();
    scratch_->clear();
}

std::int64_t LayerStores::bytes() const {
    std::int64_t sum = 0;
    for (const auto& store : stores_)
        sum += store->bytes();
    return sum;
}

std::int64_t LayerStores::peakBytes() const {
    std::int64_t sum = 0;
    for (const auto& store : stores_)
        sum += store->peakBytes(); // where there are several they only grow
    return sum;
}

std::int64_t LayerStores::scratchBytes() const {
    std::int64_t sum = scratch_->bytes();
    for (const auto& store : stores_)
        sum += store->scratchBytes();
    return sum;
}

} // namespace scalekv
