#pragma once

#include "ui/runs/generation_result.h"

#include <deque>

namespace scalekv::ui {

/// Pictures that were removed and may be brought back. It holds no more than a bound of bytes: what no longer
/// fits is given up, the oldest first.
class PictureBin {
public:
    static constexpr qint64 kMostBytes = qint64(256) << 20; ///< docs/user.md and the help name this number

    explicit PictureBin(qint64 mostBytes = kMostBytes) : mostBytes_(mostBytes) {}

    void put(const ResultPtr& result);
    /// Null when it is not, or no longer, in here.
    ResultPtr take(const std::weak_ptr<const GenerationResult>& result);
    bool holds(const std::weak_ptr<const GenerationResult>& result) const;
    qint64 bytes() const { return bytes_; }

private:
    std::deque<ResultPtr> pictures_; ///< oldest first
    qint64 bytes_ = 0;
    qint64 mostBytes_;
};

} // namespace scalekv::ui
