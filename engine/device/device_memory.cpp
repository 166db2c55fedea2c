#include "engine/device/device_memory.h"

#include <ATen/Context.h>
#include <c10/core/CachingDeviceAllocator.h>

#include <utility>

namespace scalekv {
namespace {

using Stats = c10::CachingDeviceAllocator::DeviceStats;
constexpr auto kAll = std::size_t(c10::CachingDeviceAllocator::StatType::AGGREGATE);

c10::DeviceAllocator* allocatorOf(c10::Device device) {
    if (device.is_cpu())
        return nullptr;
    auto* allocator = dynamic_cast<c10::DeviceAllocator*>(c10::GetAllocator(device.type()));
    return allocator != nullptr && allocator->initialized() ? allocator : nullptr;
}

c10::DeviceIndex indexOf(c10::Device device) {
    return device.has_index() ? device.index() : c10::DeviceIndex(0);
}

Stats statsOf(c10::Device device) {
    auto* allocator = allocatorOf(device);
    return allocator != nullptr ? allocator->getDeviceStats(indexOf(device)) : Stats();
}

/// Free bytes; LibTorch's allocators can say so since 2.10.
template <typename Allocator>
std::int64_t freeOf(Allocator& allocator, c10::DeviceIndex index) {
    if constexpr (requires { allocator.getMemoryInfo(index); })
        return std::int64_t(allocator.getMemoryInfo(index).first);
    else
        return 0;
}

} // namespace

std::int64_t deviceBytes(c10::Device device) {
    return statsOf(device).allocated_bytes[kAll].current;
}

std::int64_t peakDeviceBytes(c10::Device device) {
    return statsOf(device).allocated_bytes[kAll].peak;
}

void resetPeakDeviceBytes(c10::Device device) {
    if (auto* allocator = allocatorOf(device))
        allocator->resetPeakStats(indexOf(device));
}

std::int64_t freeDeviceBytes(c10::Device device) {
    auto* allocator = allocatorOf(device);
    if (allocator == nullptr)
        return 0;
    const Stats stats = statsOf(device);
    const std::int64_t kept = stats.reserved_bytes[kAll].current - stats.allocated_bytes[kAll].current;
    const std::int64_t free = freeOf(*allocator, indexOf(device));
    return free > 0 ? free + kept : 0;
}

void releaseDeviceMemory(c10::Device device) {
    if (auto* allocator = allocatorOf(device))
        allocator->emptyCache();
}

} // namespace scalekv
