#include "engine/image/bit_packing.h"

#include <ATen/ATen.h>

#include <stdexcept>

namespace scalekv {

ScaleBits packBits(const at::Tensor& bits) {
    const at::Tensor bytes = bits.to(at::kCPU, at::kByte).contiguous();
    ScaleBits packed{.map = {int(bits.size(1)), int(bits.size(2))},
                     .bits = int(bits.size(3)),
                     .prompts = int(bits.size(0)),
                     .packed = {}};
    packed.packed.assign(std::size_t(packed.packedBytes()), 0);
    const auto* from = bytes.const_data_ptr<std::uint8_t>();
    for (std::int64_t i = 0; i < bytes.numel(); ++i)
        packed.packed[std::size_t(i / 8)] |= std::uint8_t((from[i] & 1) << (i % 8));
    return packed;
}

at::Tensor unpackBits(const ScaleBits& bits) {
    if (std::int64_t(bits.packed.size()) != bits.packedBytes())
        throw std::invalid_argument("unpackBits: another number of bytes");
    at::Tensor bytes = at::empty({bits.prompts, bits.map.height, bits.map.width, bits.bits}, at::kByte);
    auto* to = bytes.mutable_data_ptr<std::uint8_t>();
    for (std::int64_t i = 0; i < bytes.numel(); ++i)
        to[i] = std::uint8_t((bits.packed[std::size_t(i / 8)] >> (i % 8)) & 1);
    return bytes;
}

} // namespace scalekv
