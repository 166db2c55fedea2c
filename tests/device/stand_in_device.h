#pragma once

#include <c10/core/Device.h>

#include <cstdint>

/// A device that LibTorch takes for one of its own (its "PrivateUse1") and whose memory and arithmetic are
/// the CPU's: every operator is handed to the CPU's kernel over the same memory. So what the engine does off
/// the CPU runs without a GPU, and what would cross the bus is counted. It says nothing of a GPU's own
/// kernels.
namespace scalekv::test {

c10::Device standInDevice();

/// As where the system allows no memory to be pinned.
void refusePinnedMemory(bool refuse);

struct DeviceCounts {
    std::int64_t calls = 0;         ///< operators, views not among them
    std::int64_t uploads = 0;       ///< copies from the host
    std::int64_t downloads = 0;     ///< copies to it, single numbers among them
    std::int64_t pinnedUploads = 0; ///< those of them that did not wait
    std::int64_t copies() const { return uploads + downloads; }
};
/// Since the program began.
DeviceCounts deviceCounts();

} // namespace scalekv::test
