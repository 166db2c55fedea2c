#pragma once

#include <algorithm>
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
        if (count_ >= 32)
            write(4);
    }
    /// What is left of the room is zero.
    void finish() {
        write(std::size_t(count_ + 7) / 8);
        std::fill(out_.begin() + std::ptrdiff_t(at_), out_.end(), std::byte{});
    }

private:
    void write(std::size_t bytes) {
        if (bytes > out_.size() - at_)
            throw std::logic_error("BitWriter: no room is left");
        for (std::size_t i = 0; i < bytes; ++i) { // compilers make one store of four
            out_[at_ + i] = static_cast<std::byte>(held_ & 0xFFU);
            held_ >>= 8U;
        }
        at_ += bytes;
        count_ -= static_cast<int>(8 * bytes);
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
        if (count_ < bits)
            fill();
        const auto value = static_cast<std::uint32_t>(held_ & ((std::uint64_t{1} << unsigned(bits)) - 1));
        held_ >>= unsigned(bits);
        count_ -= bits;
        return value;
    }

private:
    /// To 56 bits at least. Above them there may be some of the byte that comes next, which is or'ed in
    /// again.
    void fill() {
        if (at_ + 8 <= in_.size()) {
            std::uint64_t next = 0; // compilers make one load of it
            for (std::size_t i = 0; i < 8; ++i)
                next |= std::to_integer<std::uint64_t>(in_[at_ + i]) << (8 * i);
            held_ |= next << unsigned(count_);
            at_ += std::size_t(63 - count_) / 8;
            count_ |= 56;
            return;
        }
        for (; count_ <= 56; count_ += 8, ++at_)
            held_ |= (at_ < in_.size() ? std::to_integer<std::uint64_t>(in_[at_]) : 0) << unsigned(count_);
    }
    std::span<const std::byte> in_;
    std::size_t at_ = 0;
    std::uint64_t held_ = 0;
    int count_ = 0;
};

} // namespace scalekv
