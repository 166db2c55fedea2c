#pragma once

#include <QString>

#include <chrono>
#include <optional>

namespace scalekv::ui {

/// Estimates the time that is left from the share of work done and the time it took.
class TimeLeft {
public:
    using Seconds = std::chrono::duration<double>;

    void restart();
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

/// "less than a second", "8 s", "2 min 10 s", "1 h 5 min".
QString durationText(TimeLeft::Seconds seconds);

} // namespace scalekv::ui
