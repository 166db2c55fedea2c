#include "engine/memory/page_release.h"

#include <cstdint>

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace scalekv {

void releasePages(void* begin, std::size_t bytes) {
#ifdef __linux__
    static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto address = reinterpret_cast<std::uintptr_t>(begin);
    const std::uintptr_t first = (address + page - 1) / page * page; // pages that are shared with others stay
    const std::uintptr_t last = (address + bytes) / page * page;
    if (first < last)
        madvise(reinterpret_cast<void*>(first), last - first,
                MADV_DONTNEED); // NOLINT: an address, not a number
#else
    static_cast<void>(begin);
    static_cast<void>(bytes);
#endif
}

} // namespace scalekv
