#pragma once

#include "engine/cache/cache_policy.h"
#include "scalekv/policy_choice.h"

#include <memory>

/// The policies, one class each. A new one: derive from CachePolicy, name it in policyNames() and
/// makePolicy().
namespace scalekv {

struct BudgetTerms;

/// Nothing is evicted.
class FullCache final : public CachePolicy {
public:
    FullCache(std::span<const MapSize> schedule, std::int64_t layers);
    at::Tensor select(const LayerState& state, std::int64_t keep) const override;
};

/// The first tokens of all ("sinks") and the most recent ones (StreamingLLM, Xiao et al. 2024). Without sinks
/// it is a plain sliding window.
class RecentTokens final : public CachePolicy {
public:
    RecentTokens(CachePlan plan, std::int64_t sinks) : CachePolicy(std::move(plan)), sinks_(sinks) {}
    at::Tensor select(const LayerState& state, std::int64_t keep) const override;

private:
    std::int64_t sinks_;
};

/// Entries at even distances, whatever attention says of them: entry ⌊i · n / keep⌋ of the n that there are.
/// Our own. Repeated scale by scale it keeps recent maps densely and older ones ever more thinly, and what it
/// keeps is a fair sample of all: where attention is broad that distorts its mean less than keeping the best.
class EvenlySpaced final : public CachePolicy {
public:
    explicit EvenlySpaced(CachePlan plan) : CachePolicy(std::move(plan)) {}
    at::Tensor select(const LayerState& state, std::int64_t keep) const override;
};

/// The tokens that the most recent 16 of the current map attend to most, and those 16 themselves (SnapKV, Li
/// et al. 2024): attention summed over the 16, averaged over 5 neighbours. With a budget that falls over the
/// layers it is PyramidKV.
class SnapKv final : public CachePolicy {
public:
    explicit SnapKv(CachePlan plan) : CachePolicy(std::move(plan)) {}
    at::Tensor select(const LayerState& state, std::int64_t keep) const override;
};

/// The tokens that the centroids of 16 patches of the current map attend to most, and those centroids
/// themselves (ScaleKV as the paper has it, section 3.3): attention summed over the centroids, averaged over
/// 5 neighbours.
class ScaleKv final : public CachePolicy {
public:
    explicit ScaleKv(CachePlan plan) : CachePolicy(std::move(plan)) {}
    at::Tensor select(const LayerState& state, std::int64_t keep) const override;
    std::vector<std::int64_t> window(MapSize map) const override;
};

/// ScaleKV as released, number for number: raw products with queries made without bias, normalisation or
/// rotation, the largest of 5 neighbours.
class ScaleKvReference final : public CachePolicy {
public:
    /// What the released code can be told; its scripts leave it at this.
    struct Options {
        int window = 16;
        std::int64_t kernel = 5;
        bool maxPooling = true; ///< else the average
    };
    explicit ScaleKvReference(CachePlan plan) : ScaleKvReference(std::move(plan), Options()) {}
    ScaleKvReference(CachePlan plan, Options options) : CachePolicy(std::move(plan)), options_(options) {}
    at::Tensor select(const LayerState& state, std::int64_t keep) const override;
    std::vector<std::int64_t> window(MapSize map) const override;

private:
    Options options_;
};

/// Whole segments go, on a schedule that is known before anything runs: of every earlier scale the heads that
/// later scales look at least (HeatKV, Cederlund et al. 2026). Nobody is asked what stays.
class HeatKv final : public CachePolicy {
public:
    /// `budget`: tokens a layer and head, which need not be whole. Throws Error as SegmentSchedule does.
    HeatKv(std::span<const MapSize> schedule, const HeadOrders& orders,
           std::span<const std::int64_t> sequences, double budget);
    at::Tensor select(const LayerState& state, std::int64_t keep) const override;
};

/// Heads whose queries all look at the same tokens keep those that a sample of them looks at most; of the
/// others, whose queries look each at its own, nobody is asked: they keep the tokens with large values, of
/// the scales that a calibration found looked at from here (HACK, Qin et al. 2025, and HACK++, 2026). Each
/// kind of each layer has the budget that later scales rely on it for.
class Hack final : public CachePolicy {
public:
    /// Throws Error as makePolicy() does.
    Hack(const BudgetTerms& terms, const HeadKinds& kinds);
    at::Tensor select(const LayerState& state, std::int64_t keep) const override;
    std::vector<std::int64_t> window(MapSize map) const override;
    at::Tensor expected() const override { return expected_; }

private:
    at::Tensor expected_;
};

/// One head's key and value in the full cache, and how many of these a layer and sequence has.
struct EntryShape {
    std::int64_t headDim = 0; ///< numbers of each
    std::int64_t bytes = 0;   ///< of both
    std::int64_t heads = 0;
};

/// Everything stays, coded: each map as the spectrum of its keys and values, in as many bits as the budget
/// has. Our own.
class Spectral final : public CachePolicy {
public:
    explicit Spectral(CachePlan plan) : CachePolicy(std::move(plan)) {}
    at::Tensor select(const LayerState& state, std::int64_t keep) const override;
};

/// `sequences`: of each layer. Throws Error for an unknown name, a budget that the policy cannot keep to,
/// missing roles, or tables that do not fit.
std::shared_ptr<const CachePolicy> makePolicy(const PolicyChoice& choice, std::span<const MapSize> schedule,
                                              std::span<const std::int64_t> sequences, EntryShape entry);

} // namespace scalekv
