#pragma once

#include "engine/device/device_events.h"

#include <chrono>
#include <cstddef>
#include <vector>

namespace scalekv {

/// Seconds on a clock that never jumps.
inline double monotonicSeconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Adds its life to a sum of seconds, by the host's clock.
class Stopwatch {
public:
    explicit Stopwatch(double& sum) : sum_(sum), start_(monotonicSeconds()) {}
    ~Stopwatch() { sum_ += monotonicSeconds() - start_; }
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;

private:
    double& sum_;
    double start_;
};

struct StageSeconds {
    double attention = 0;
    double gemm = 0;
    double selection =
        0; ///< choosing which entries of the cache stay, and moving them together; coding and decoding them
};

/// Adds up where the time of a generation goes: by the host's clock on the CPU, elsewhere by the device's own
/// events, since there a call returns long before its work is done.
class StageClock {
public:
    using Stage = double StageSeconds::*;
    explicit StageClock(c10::Device device = c10::kCPU) : onHost_(device.is_cpu()), marks_(device) {}

    /// Adds the work of its life to a stage. Spans do not overlap.
    class Span {
    public:
        Span(StageClock& clock, Stage stage) : clock_(clock), stage_(stage) {
            if (clock_.onHost_)
                start_ = monotonicSeconds();
            else
                mark_ = clock_.marks_.mark();
        }
        ~Span() { clock_.end(*this); }
        Span(const Span&) = delete;
        Span& operator=(const Span&) = delete;

    private:
        friend StageClock;
        StageClock& clock_;
        Stage stage_;
        double start_ = 0;
        std::size_t mark_ = 0;
    };

    /// All so far. Off the CPU it waits for the device: once a scale, not once a layer.
    const StageSeconds& seconds();

private:
    void end(const Span& span) noexcept;

    struct Marked {
        Stage stage;
        std::size_t first, last;
    };
    bool onHost_;
    StageSeconds sums_;
    DeviceMarks marks_;
    std::vector<Marked> spans_; ///< not yet read
};

} // namespace scalekv
