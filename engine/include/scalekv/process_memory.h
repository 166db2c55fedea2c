#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace scalekv {

/// Sets the C library's allocator up for large, short-lived buffers: by default it gives each back to the
/// kernel and has it zeroed page by page again at the next use. Process-wide, so main() calls it, not the
/// engine.
void tuneAllocator();

/// What to say where memory ran out, in one sentence. `where`: "on the device"; empty: of the machine.
std::string noMemoryText(std::string_view where = {});

/// Gives freed memory that the allocator keeps back to the system, where it can.
void releaseFreedMemory();

/// Bytes of this process in physical memory now, and at most so far (0 where the system does not say).
std::int64_t residentBytes();
std::int64_t peakResidentBytes();

/// Bytes that programs could still have without others going without theirs (0 where the system does not
/// say).
std::int64_t availableBytes();

/// Starts peakResidentBytes() anew from what is resident now, where the system can (Linux). Returns whether
/// it could.
bool resetPeakResidentBytes();

} // namespace scalekv
