#pragma once

#include <chrono>

namespace scalekv::ui {

/// Thins out signals of work that goes on, to about thirty a second: more than a window can show.
class SignalGate {
public:
    /// Whether one is due. `must`: it has to be told whenever it comes, as an end has.
    bool lets(bool must = false) {
        constexpr auto kGap = std::chrono::milliseconds(33);
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < kGap && !must)
            return false;
        last_ = now;
        return true;
    }

private:
    std::chrono::steady_clock::time_point last_;
};

} // namespace scalekv::ui
