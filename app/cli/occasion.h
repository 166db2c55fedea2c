#pragma once

#include <chrono>

namespace scalekv::cli {

/// Comes every half minute: for lines of long work where no terminal shows a bar.
class Occasion {
public:
    bool isNow() {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < std::chrono::seconds(30))
            return false;
        last_ = now;
        return true;
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

} // namespace scalekv::cli
