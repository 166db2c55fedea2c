#include "ui/runs/picture_bin.h"

#include <algorithm>

namespace scalekv::ui {

void PictureBin::put(const ResultPtr& result) {
    pictures_.push_back(result);
    bytes_ += result->bytes();
    while (bytes_ > mostBytes_) {
        bytes_ -= pictures_.front()->bytes();
        pictures_.pop_front();
    }
}

ResultPtr PictureBin::take(const std::weak_ptr<const GenerationResult>& result) {
    const auto found = std::find(pictures_.begin(), pictures_.end(), result.lock());
    if (found == pictures_.end())
        return nullptr;
    ResultPtr taken = *found;
    pictures_.erase(found);
    bytes_ -= taken->bytes();
    return taken;
}

bool PictureBin::holds(const std::weak_ptr<const GenerationResult>& result) const {
    return std::find(pictures_.begin(), pictures_.end(), result.lock()) != pictures_.end();
}

} // namespace scalekv::ui
