#pragma once

#include "ui/runs/recordings.h"

#include <deque>

namespace scalekv::ui {

/// Runs that were removed and may be brought back, with what was recorded of them. It holds no more than a
/// bound of bytes: of what no longer fits, recordings are given up first, since they can be had again by
/// repeating their runs, then pictures; each time the oldest.
class PictureBin {
public:
    static constexpr qint64 kMostBytes = qint64(256) << 20; ///< docs/user.md and the help name this number

    explicit PictureBin(qint64 mostBytes = kMostBytes) : mostBytes_(mostBytes) {}

    void put(RecordedRun run);
    /// No result when it is not, or no longer, in here.
    RecordedRun take(const std::weak_ptr<const GenerationResult>& result);
    bool holds(const std::weak_ptr<const GenerationResult>& result) const;
    qint64 bytes() const { return bytes_; }

private:
    std::deque<RecordedRun> runs_; ///< oldest first
    qint64 bytes_ = 0;
    qint64 mostBytes_;
};

} // namespace scalekv::ui
