#pragma once

#include "engine/cache/kind_plan.h"
#include "engine/cache/segment_schedule.h"
#include "engine/cache/spectral/spectral_rates.h"
#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace scalekv {

/// How many entries each layer holds, per sequence and head, after each scale. Known before a generation
/// starts: only which entries these are depends on the picture. Nothing is stored at the last scale. Heads of
/// a layer hold equally many, unless the plan is one of segments or of kinds.
class CachePlan {
public:
    /// Everything stays.
    static CachePlan full(std::span<const MapSize> schedule, std::int64_t layers);
    /// `table[scale][layer]` for every scale but the last.
    CachePlan(std::span<const MapSize> schedule, std::int64_t layers,
              std::vector<std::vector<std::int64_t>> table);
    /// Whole segments go on a schedule, and each head has its own; a schedule that drops nothing is full().
    static CachePlan ofSegments(std::span<const MapSize> schedule, SegmentSchedule segments);
    /// Heads of two kinds hold different numbers of entries; a plan that drops nothing is full().
    static CachePlan ofKinds(std::span<const MapSize> schedule, KindPlan kinds);

    /// Every map stays, as a spectrum of so many bytes: in all layers, or in one and the others keep it as it
    /// is.
    static CachePlan ofSpectra(std::span<const MapSize> schedule, std::int64_t layers, SpectralRates rates);
    CachePlan ofSpectraIn(std::int64_t layer) const;

    std::int64_t scales() const { return std::int64_t(schedule_.size()); }
    std::int64_t layers() const { return layers_; }
    const ScaleSchedule& schedule() const { return schedule_; }

    /// What each head holds when, and how many entries; both null where heads of a layer hold equally many.
    const SegmentSchedule* segments() const { return segments_.get(); }
    const KindPlan* kinds() const { return kinds_.get(); }
    bool headsDiffer() const { return segments_ || kinds_; }
    /// What is spent on each map where any layer keeps spectra, else null; and whether this layer does.
    const SpectralRates* spectra() const { return spectra_.get(); }
    bool spectral(std::int64_t layer) const { return spectra_ && spectral_[std::size_t(layer)]; }

    /// Entries after `scale`; at the last scale as many as before it. Throws std::logic_error where heads
    /// differ, as does history().
    std::int64_t entries(std::int64_t scale, std::int64_t layer) const;
    /// Entries that a scale's current map finds in the cache.
    std::int64_t history(std::int64_t scale, std::int64_t layer) const;
    /// The same of one head, in any plan.
    std::int64_t kept(std::int64_t scale, std::int64_t layer, std::int64_t head) const;
    std::int64_t found(std::int64_t scale, std::int64_t layer, std::int64_t head) const;
    /// Whether a layer drops entries after a scale.
    bool evicts(std::int64_t scale, std::int64_t layer) const;
    /// What a map finds in the cache on average over layers and heads, rounded down.
    std::int64_t averageHistory(std::int64_t scale) const;
    /// The most that one head finds there.
    std::int64_t longestHistory() const;
    /// Most entries a head of a layer ever holds as they are, where all hold equally many: what must be
    /// reserved for it.
    std::int64_t most(std::int64_t layer) const;
    /// Tokens of the largest current map that is not appended as it is: what the shared scratch must hold.
    std::int64_t largestScratch() const;
    /// Tokens of the longest history that is decoded: what the room that all layers share for it must hold.
    std::int64_t largestDecoded() const { return spectra_ ? cachedTokens(schedule_) : 0; }

    /// What largestScratch() is where the history stands before such a map, and of the last scale's map,
    /// which nobody keeps.
    std::int64_t largestJoined() const;
    /// Whether any layer drops entries at any scale.
    bool evictsAnywhere() const;

    /// Bytes of keys and values after a scale, and at most (while a layer works the others hold what the plan
    /// says). `sequences`: of each layer. `entryBytes`: of one head's key and value.
    std::int64_t bytes(std::int64_t scale, std::span<const std::int64_t> sequences, std::int64_t heads,
                       std::int64_t entryBytes) const;
    std::int64_t peakBytes(std::span<const std::int64_t> sequences, std::int64_t heads,
                           std::int64_t entryBytes) const;

private:
    /// Heads of which each may hold something else than the others.
    std::int64_t ownHeads() const { return segments_ ? segments_->heads() : kinds_ ? kinds_->heads() : 1; }

    ScaleSchedule schedule_;
    std::int64_t layers_ = 0;
    std::vector<std::vector<std::int64_t>> table_;
    std::shared_ptr<const SegmentSchedule> segments_; ///< then table_ is empty
    std::shared_ptr<const KindPlan> kinds_;           ///< likewise
    std::shared_ptr<const SpectralRates> spectra_;
    std::vector<bool> spectral_; ///< a layer
};

} // namespace scalekv
