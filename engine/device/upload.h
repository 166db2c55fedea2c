#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

#include <cstdint>
#include <vector>

namespace scalekv {

/// Brings weights to a device. Most lie in mapped files, which a device cannot read by itself: the driver
/// would copy them through a small buffer of its own, and nothing else would go on meanwhile. Here they go
/// through two blocks of memory that it can read (pinned), piece by piece: while one piece is on its way, the
/// next is read, and converted, by all threads. Where no such memory is to be had, and for what is small,
/// LibTorch's own copy serves.
class Upload {
public:
    static constexpr std::int64_t kBlockBytes = 32 << 20;

    explicit Upload(c10::Device device, std::int64_t blockBytes = kBlockBytes)
        : device_(device), blockBytes_(blockBytes) {}

    /// `from` on the device, as `type` and contiguous; itself where it is that already. Off the CPU the last
    /// piece may still be on its way: whatever is computed with it there comes after it.
    at::Tensor operator()(const at::Tensor& from, at::ScalarType type);

private:
    struct Block {
        at::Tensor room;  ///< [blockBytes] bytes, pinned
        c10::Event taken; ///< when the device has read what lay in it
    };

    /// Whether blocks are there, or could be made.
    bool haveBlocks();
    void send(const at::Tensor& from, const at::Tensor& to);

    c10::Device device_;
    std::int64_t blockBytes_;
    std::vector<Block> blocks_;
    std::size_t next_ = 0;
    bool refused_ = false;
};

} // namespace scalekv
