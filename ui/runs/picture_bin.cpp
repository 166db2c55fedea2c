#include "ui/runs/picture_bin.h"

#include <algorithm>
#include <utility>

namespace scalekv::ui {
namespace {

qint64 recordBytes(const RecordedRun& run) {
    return run.record ? run.record->bytes() : 0;
}

auto of(const std::weak_ptr<const GenerationResult>& result) {
    return [wanted = result.lock()](const RecordedRun& run) { return run.result == wanted; };
}

} // namespace

void PictureBin::put(RecordedRun run) {
    bytes_ += run.result->bytes() + recordBytes(run);
    runs_.push_back(std::move(run));
    for (RecordedRun& old : runs_) {
        if (bytes_ <= mostBytes_)
            return;
        bytes_ -= recordBytes(old);
        old.record.reset();
    }
    while (bytes_ > mostBytes_) {
        bytes_ -= runs_.front().result->bytes();
        runs_.pop_front();
    }
}

RecordedRun PictureBin::take(const std::weak_ptr<const GenerationResult>& result) {
    const auto found = std::find_if(runs_.begin(), runs_.end(), of(result));
    if (found == runs_.end())
        return {};
    RecordedRun taken = std::move(*found);
    runs_.erase(found);
    bytes_ -= taken.result->bytes() + recordBytes(taken);
    return taken;
}

bool PictureBin::holds(const std::weak_ptr<const GenerationResult>& result) const {
    return std::any_of(runs_.begin(), runs_.end(), of(result));
}

} // namespace scalekv::ui
