#pragma once

#include "scalekv/look.h"
#include "scalekv/scale_schedule.h"

#include <CLI/CLI.hpp>

#include <optional>

namespace scalekv::cli {

/// `--at` and `--words`: which place of a picture is looked at, and whether its words are mapped.
class LookOptions {
public:
    void addTo(CLI::App& command);
    bool wordMaps() const { return wordMaps_; }
    /// What is asked of a run with this schedule; none where neither option was given. `--words` alone asks
    /// for the last scale. Throws CLI::ValidationError for a place that the run does not have.
    std::optional<LookQuestion> question(const ScaleSchedule& schedule) const;

private:
    std::vector<int> place_; ///< scale, or scale, row and column, counted from 1; empty: not given
    bool wordMaps_ = false;
};

} // namespace scalekv::cli
