#pragma once

#include "scalekv/observer.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

namespace scalekv {

/// Time left of work of several kinds, each of so many equal pieces: what a piece takes is guessed until the
/// first of its kind is done.
class WorkClock {
public:
    void expect(const std::string& kind, std::size_t pieces, double guessedSeconds) {
        Kind& entry = kinds_[kind];
        entry.left += pieces;
        entry.guess = guessedSeconds;
    }
    /// So many pieces need not be made.
    void leaveOut(const std::string& kind, std::size_t pieces) {
        Kind& entry = kinds_[kind];
        entry.left -= std::min(entry.left, pieces);
    }
    /// The work at hand is of this kind from now on.
    void begin() { last_ = Clock::now(); }
    /// A piece is done, which was begun when the one before was.
    void done(const std::string& kind) {
        Kind& entry = kinds_[kind];
        const Clock::time_point now = Clock::now();
        entry.spent += std::chrono::duration<double>(now - last_).count();
        last_ = now;
        ++entry.made;
        entry.left -= entry.left > 0 ? 1 : 0;
    }
    Progress progress() const {
        double left = 0;
        for (const auto& [name, kind] : kinds_)
            left += double(kind.left) * (kind.made > 0 ? kind.spent / double(kind.made) : kind.guess);
        const double spent = std::chrono::duration<double>(Clock::now() - start_).count();
        return {spent + left > 0 ? spent / (spent + left) : 1, left};
    }

private:
    using Clock = std::chrono::steady_clock;
    struct Kind {
        std::size_t left = 0, made = 0;
        double guess = 0, spent = 0;
    };
    std::map<std::string, Kind> kinds_;
    Clock::time_point start_ = Clock::now(), last_ = start_;
};

} // namespace scalekv
