#pragma once

#include "scalekv/observer.h"

#include <chrono>
#include <string>

namespace scalekv::cli {

/// Progress on standard error: one line, drawn anew, where that is a terminal; otherwise only the milestones,
/// a line each.
class ProgressLine {
public:
    enum class Mode { Shown, Quiet };

    explicit ProgressLine(Mode mode);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// `done` 0 … 1. Drawn a few times a second at most.
    void show(double done, const std::string& text);
    /// With the time that is left behind `text`.
    void show(const Progress& progress, const std::string& text);
    /// A line that is worth keeping in a log.
    void milestone(const std::string& text);
    /// Takes the bar away, so that other output can follow.
    void clear();

private:
    bool terminal_;
    bool shown_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point lastDrawn_;
};

} // namespace scalekv::cli
