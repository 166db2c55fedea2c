#include "engine/device/device_events.h"

#include <c10/core/impl/VirtualGuardImpl.h>

namespace scalekv {

c10::Stream currentStream(c10::Device device) {
    return c10::impl::VirtualGuardImpl(device.type()).getStream(device);
}

void waitFor(c10::Device device) {
    if (!device.is_cpu())
        c10::impl::VirtualGuardImpl(device.type()).synchronizeStream(currentStream(device));
}

void RunAhead::step() {
    if (device_.is_cpu())
        return;
    if (queued_.size() < pieces_) {
        queued_.emplace_back(device_.type());
    } else {
        queued_.push_back(std::move(queued_.front()));
        queued_.pop_front();
        queued_.back().synchronize();
    }
    queued_.back().record(currentStream(device_));
}

std::size_t DeviceMarks::mark() {
    if (used_ == events_.size())
        events_.emplace_back(device_.type(), c10::EventFlag::BACKEND_DEFAULT);
    events_[used_].record(currentStream(device_));
    return used_++;
}

double DeviceMarks::seconds(std::size_t first, std::size_t second) const {
    constexpr double kMilli = 1e-3;
    return kMilli * events_[first].elapsedTime(events_[second]);
}

void DeviceMarks::wait() const {
    if (used_ > 0)
        events_[used_ - 1].synchronize();
}

} // namespace scalekv
