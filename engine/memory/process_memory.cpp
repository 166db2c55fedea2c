#include "scalekv/process_memory.h"

#include <fstream>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace scalekv {
namespace {

/// A "Name:  123 kB" line of a file of the kernel's, in bytes.
std::int64_t bytesIn(const char* file, const std::string& name) {
    std::ifstream status(file);
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name + ":"))
            return std::stoll(line.substr(name.size() + 1)) * 1024;
    return 0;
}

} // namespace

void tuneAllocator() {
#ifdef __GLIBC__
    constexpr int kLargest = 1 << 30;
    mallopt(M_MMAP_THRESHOLD, kLargest); // buffers up to 1 GiB come from the heap and are used again …
    mallopt(M_TRIM_THRESHOLD, kLargest); // … of which the top is not given back at once
    mallopt(M_TOP_PAD, 64 << 20);
#endif
}

std::string noMemoryText(std::string_view where) {
    return "There is not enough memory" + (where.empty() ? "" : " " + std::string(where)) +
           "; choose a smaller size, fewer prompts at once or bf16, or close other programs.";
}

void releaseFreedMemory() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

std::int64_t residentBytes() {
    return bytesIn("/proc/self/status", "VmRSS");
}

std::int64_t peakResidentBytes() {
    return bytesIn("/proc/self/status", "VmHWM");
}

std::int64_t availableBytes() {
    return bytesIn("/proc/meminfo", "MemAvailable");
}

bool resetPeakResidentBytes() {
    std::ofstream control("/proc/self/clear_refs");
    control << "5";
    control.flush();
    return bool(control);
}

} // namespace scalekv
