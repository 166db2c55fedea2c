#pragma once

#include <c10/core/Device.h>
#include <c10/core/Event.h>
#include <c10/core/Stream.h>

#include <cstddef>
#include <deque>
#include <vector>

/// Where an asynchronous device is. Everything here works with any device that LibTorch knows, and none of it
/// does anything on the CPU, whose calls return when the work is done.
namespace scalekv {

/// What a device is given goes there.
c10::Stream currentStream(c10::Device device);

/// Waits until the device has done all it was given on the current stream.
void waitFor(c10::Device device);

/// Keeps the host from running far ahead of the device, so that progress is true and Stop stops: step() after
/// each piece of work waits until the piece `pieces` before it is done.
class RunAhead {
public:
    explicit RunAhead(c10::Device device, std::size_t pieces = 2) : device_(device), pieces_(pieces) {}
    void step();

private:
    c10::Device device_;
    std::size_t pieces_;
    std::deque<c10::Event> queued_;
};

/// Points in time on a device's current stream, kept for being read later: reading waits, marking does not.
class DeviceMarks {
public:
    explicit DeviceMarks(c10::Device device) : device_(device) {}
    /// The number of a new mark.
    std::size_t mark();
    /// Seconds between two marks; both must have been passed, see wait().
    double seconds(std::size_t first, std::size_t second) const;
    /// Waits until the last mark is passed.
    void wait() const;
    /// Forgets all marks; their events serve the next ones.
    void clear() { used_ = 0; }

private:
    c10::Device device_;
    std::vector<c10::Event> events_;
    std::size_t used_ = 0;
};

} // namespace scalekv
