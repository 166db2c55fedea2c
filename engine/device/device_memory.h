#pragma once

#include <c10/core/Device.h>

#include <cstdint>

/// Memory of a device, as its allocator in LibTorch counts it. All 0 on the CPU, whose memory is the
/// process's (scalekv/process_memory.h), and for devices whose allocator does not count.
namespace scalekv {

/// Bytes in tensors now, and at most since resetPeakDeviceBytes().
std::int64_t deviceBytes(c10::Device device);
std::int64_t peakDeviceBytes(c10::Device device);
void resetPeakDeviceBytes(c10::Device device);

/// Bytes that a program can still have: free on the device, or kept by the allocator for its next tensors.
std::int64_t freeDeviceBytes(c10::Device device);

/// Gives memory that the allocator keeps for later back to the device.
void releaseDeviceMemory(c10::Device device);

} // namespace scalekv
