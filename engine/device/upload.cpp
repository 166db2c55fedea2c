#include "engine/device/upload.h"

#include "engine/device/device_events.h"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace scalekv {
namespace {
constexpr std::size_t kBlocks = 2;
constexpr std::int64_t kSmall = 1 << 18; // bytes; below, waiting for an event costs more than it brings
} // namespace

at::Tensor Upload::operator()(const at::Tensor& from, at::ScalarType type) {
    const std::int64_t bytes = from.numel() * std::int64_t(c10::elementSize(type));
    if (device_.is_cpu() || !from.is_cpu() || !from.is_contiguous() ||
        bytes < std::min(kSmall, blockBytes_) || !haveBlocks())
        return from.to(device_, type).contiguous();
    at::Tensor to = at::empty(from.sizes(), from.options().device(device_).dtype(type));
    send(from.view({-1}), to.view({-1}));
    return to;
}

bool Upload::haveBlocks() {
    if (!blocks_.empty() || refused_)
        return !refused_;
    try {
        const c10::DeviceGuard guard(device_); // what pins asks the current one
        const auto options = at::TensorOptions().dtype(at::kByte).pinned_memory(true);
        std::vector<Block> blocks;
        for (std::size_t i = 0; i < kBlocks; ++i)
            blocks.push_back({at::empty({blockBytes_}, options), c10::Event(device_.type())});
        blocks_ = std::move(blocks);
    } catch (const c10::Error&) { // the system's limit of locked memory, or a device that has none
        refused_ = true;
    }
    return !refused_;
}

void Upload::send(const at::Tensor& from, const at::Tensor& to) {
    const std::int64_t element = std::int64_t(to.element_size()), all = from.numel();
    const std::int64_t most = blockBytes_ / element;
    for (std::int64_t first = 0; first < all; first += most) {
        const std::int64_t count = std::min(most, all - first);
        Block& block = blocks_[next_++ % blocks_.size()];
        block.taken.synchronize(); // passed at once where nothing was sent yet
        const at::Tensor piece = block.room.narrow(0, 0, count * element).view(to.scalar_type());
        piece.copy_(from.narrow(0, first, count));
        to.narrow(0, first, count).copy_(piece, true);
        block.taken.record(currentStream(device_));
    }
}

} // namespace scalekv
