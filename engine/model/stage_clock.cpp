#include "engine/model/stage_clock.h"

namespace scalekv {

void StageClock::end(const Span& span) noexcept {
    if (onHost_) {
        sums_.*span.stage_ += monotonicSeconds() - span.start_;
        return;
    }
    try {
        spans_.push_back({span.stage_, span.mark_, marks_.mark()});
    } catch (...) { // NOLINT: a device that fails here says so at the next call, which may throw
    }
}

const StageSeconds& StageClock::seconds() {
    marks_.wait();
    for (const Marked& span : spans_)
        sums_.*span.stage += marks_.seconds(span.first, span.last);
    spans_.clear();
    marks_.clear();
    return sums_;
}

} // namespace scalekv
