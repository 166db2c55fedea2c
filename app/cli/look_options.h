#pragma once

#include "scalekv/look.h"
#include "scalekv/scale_schedule.h"

#include <CLI/CLI.hpp>

#include <optional>

namespace scalekv::cli {

/// `--at`, `--words` and `--evicted`: which place of a picture is looked at, whether its words are mapped,
/// and whether it is asked what eviction took from it.
class LookOptions {
public:
    void addTo(CLI::App& command);
    bool wordMaps() const { return wordMaps_; }
    /// Also what the full cache would read there of the tokens that the run has evicted.
    bool evicted() const { return evicted_; }
    /// What is asked of a run with this schedule; none where neither option was given. `--words` alone asks
    /// for the last scale. Throws CLI::ValidationError for a place that the run does not have.
    std::optional<LookQuestion> question(const ScaleSchedule& schedule) const;

private:
    std::vector<int> place_; ///< scale, or scale, row and column, counted from 1; empty: not given
    bool wordMaps_ = false, evicted_ = false;
};

} // namespace scalekv::cli
