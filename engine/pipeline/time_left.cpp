#include "scalekv/time_left.h"

#include <algorithm>
#include <cmath>

namespace scalekv {
namespace {
constexpr double kEnoughWork = 0.02;            // below this share any estimate is a guess
constexpr TimeLeft::Seconds kWindow{4};         // seconds over which the rate is averaged
constexpr TimeLeft::Seconds kShortestStep{0.1}; // updates come in bursts; shorter steps are noise
} // namespace

void TimeLeft::update(double workDone, Seconds elapsed) {
    const Seconds step = elapsed - lastElapsed_;
    if (step < kShortestStep || workDone <= lastDone_)
        return;
    const double recent = (workDone - lastDone_) / step.count();
    // The estimate of work is not exact for every machine, so the rate may drift between scales.
    const double weight = rate_ == 0 ? 1 : 1 - std::exp(-step / kWindow);
    rate_ += weight * (recent - rate_);
    lastDone_ = workDone;
    lastElapsed_ = elapsed;
    if (workDone >= kEnoughWork)
        left_ = Seconds(std::max(0.0, 1 - workDone) / rate_);
}

} // namespace scalekv
