#pragma once

#include "scalekv/scale_schedule.h"

#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

/// How many entries each layer holds, per sequence and head, after each scale. Known before a generation
/// starts: only which entries these are depends on the picture. Nothing is stored at the last scale.
class CachePlan {
public:
    /// Everything stays.
    static CachePlan full(std::span<const MapSize> schedule, std::int64_t layers);
    /// `table[scale][layer]` for every scale but the last.
    CachePlan(std::span<const MapSize> schedule, std::int64_t layers,
              std::vector<std::vector<std::int64_t>> table);

    std::int64_t scales() const { return std::int64_t(schedule_.size()); }
    std::int64_t layers() const { return layers_; }
    const ScaleSchedule& schedule() const { return schedule_; }

    /// Entries after `scale`; at the last scale as many as before it.
    std::int64_t entries(std::int64_t scale, std::int64_t layer) const;
    /// Entries that a scale's current map finds in the cache.
    std::int64_t history(std::int64_t scale, std::int64_t layer) const;
    /// Whether a layer drops entries after a scale.
    bool evicts(std::int64_t scale, std::int64_t layer) const;
    /// Most entries a layer ever holds: what must be reserved for it.
    std::int64_t most(std::int64_t layer) const;
    /// Tokens of the largest current map that is not appended as it is: what the shared scratch must hold.
    std::int64_t largestScratch() const;

    /// The same where the history stands before such a map, and of the last scale's map, which nobody keeps.
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
    ScaleSchedule schedule_;
    std::int64_t layers_ = 0;
    std::vector<std::vector<std::int64_t>> table_;
};

} // namespace scalekv
