#pragma once

#include <chrono>

namespace scalekv {

/// Adds up where the time of a generation goes. CUDA work is asynchronous: there the figures say when it was
/// queued, not done.
struct StageClock {
    double attention = 0;
    double gemm = 0;
    double selection = 0; ///< choosing which entries of the cache stay, and moving them together

    /// Adds the life of this object to one of the sums.
    class Span {
    public:
        explicit Span(double& sum) : sum_(sum), start_(Clock::now()) {}
        ~Span() { sum_ += std::chrono::duration<double>(Clock::now() - start_).count(); }
        Span(const Span&) = delete;
        Span& operator=(const Span&) = delete;

    private:
        using Clock = std::chrono::steady_clock;
        double& sum_;
        Clock::time_point start_;
    };
};

/// Seconds on a clock that never jumps.
inline double monotonicSeconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace scalekv
