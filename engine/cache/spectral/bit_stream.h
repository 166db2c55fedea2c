#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>

/// Numbers of a few bits each, one behind the other, the lower bits first.
namespace scalekv {

class BitWriter {
public:
    explicit BitWriter(std::span<std::byte> out) : out_(out) {}
    /// 1 ≤ bits ≤ 8.
    void put(std::uint32_t value, int bits) {
        held_ |= std::uint64_t{value} << unsigned(count_);
        count_ += bits;
        while (count_ >= 8)
            flush();
    }
    /// What is left of the room is zero.
    void finish() {
        while (at_ < out_.size())
            flush();
    }

private:
    void flush() {
        if (at_ >= out_.size())
            throw std::logic_error("BitWriter: no room is left");
        out_[at_++] = static_cast<std::byte>(held_ & 0xFFU);
        held_ >>= 8U;
        count_ -= 8;
    }
    std::span<std::byte> out_;
    std::size_t at_ = 0;
    std::uint64_t held_ = 0;
    int count_ = 0;
};

/// Behind the end there are zeros.
class BitReader {
public:
    explicit BitReader(std::span<const std::byte> in) : in_(in) {}
    /// 1 ≤ bits ≤ 8.
    std::uint32_t take(int bits) {
        while (count_ < bits) {
            const std::uint64_t next = at_ < in_.size() ? std::to_integer<std::uint64_t>(in_[at_]) : 0;
            ++at_;
            held_ |= next << unsigned(count_);
            count_ += 8;
        }
        const auto value = static_cast<std::uint32_t>(held_ & ((std::uint64_t{1} << unsigned(bits)) - 1));
        held_ >>= unsigned(bits);
        count_ -= bits;
        return value;
    }

private:
    std::span<const std::byte> in_;
    std::size_t at_ = 0;
    std::uint64_t held_ = 0;
    int count_ = 0;
};

} // namespace scalekv
