#pragma once

#include <chrono>
#include <optional>

namespace scalekv {

/// Estimates the time that is left from the share of work done and the time it took.
class TimeLeft {
public:
    using Seconds = std::chrono::duration<double>;

    /// `workDone` 0 … 1 after `elapsed` since the start.
    void update(double workDone, Seconds elapsed);
    /// None while too little is done to tell.
    std::optional<Seconds> left() const { return left_; }

private:
    double lastDone_ = 0;
    Seconds lastElapsed_{0};
    double rate_ = 0; ///< work a second, recent measurements weigh more
    std::optional<Seconds> left_;
};

} // namespace scalekv
