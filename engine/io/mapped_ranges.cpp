#include "engine/io/mapped_ranges.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace scalekv::mapped_ranges {
namespace {

/// Free while `begin` is 0; being filled or emptied while `name` is null.
struct Entry {
    std::atomic<std::uintptr_t> begin = 0;
    std::atomic<std::size_t> size = 0;
    std::atomic<const char*> name = nullptr;
};
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free &&
              std::atomic<const char*>::is_always_lock_free);

constexpr std::size_t kMostFiles = 1024; // models have up to about a hundred
constinit std::array<Entry, kMostFiles> entries;

} // namespace

void add(const void* begin, std::size_t size, const char* name) {
    for (Entry& entry : entries) {
        std::uintptr_t free = 0;
        if (!entry.begin.compare_exchange_strong(free, reinterpret_cast<std::uintptr_t>(begin)))
            continue;
        entry.size = size;
        entry.name = name;
        return;
    }
}

void remove(const void* begin) {
    for (Entry& entry : entries) {
        if (entry.begin != reinterpret_cast<std::uintptr_t>(begin))
            continue;
        entry.name = nullptr;
        entry.begin = 0;
        return;
    }
}

const char* nameAt(const void* address) {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    for (const Entry& entry : entries) {
        const char* const name = entry.name;
        const std::uintptr_t begin = entry.begin;
        if (name != nullptr && begin != 0 && at >= begin && at - begin < entry.size)
            return name;
    }
    return nullptr;
}

} // namespace scalekv::mapped_ranges
