#include "engine/cache/spectral/anchor_code.h"

#include <ATen/ATen.h>
#include <c10/util/BFloat16.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace scalekv {
namespace {

constexpr float kMost = 127; // of eight bits, the same to both sides

std::int64_t rowBytes(std::int64_t dim) {
    return dim + std::int64_t(sizeof(c10::BFloat16));
}

} // namespace

std::int64_t anchorBytes(std::int64_t tokens, std::int64_t dim) {
    return 2 * tokens * rowBytes(dim);
}

void encodeAnchors(const at::Tensor& tokens, std::int64_t dim, std::span<std::byte> out) {
    const std::int64_t rows = tokens.numel() / dim;
    for (std::int64_t i = 0; i < rows; ++i) {
        const float* row = tokens.const_data_ptr<float>() + i * dim;
        std::byte* to = out.data() + i * rowBytes(dim);
        float largest = 0;
        for (std::int64_t c = 0; c < dim; ++c)
            largest = std::max(largest, std::abs(row[c]));
        const c10::BFloat16 factor(largest / kMost);
        std::memcpy(to, &factor, sizeof factor);
        for (std::int64_t c = 0; c < dim; ++c) {
            const float scaled = std::round(row[c] / static_cast<float>(factor));
            const float code = scaled > -kMost ? std::min(scaled, kMost) : -kMost; // what is no number, too
            to[sizeof factor + std::size_t(c)] = static_cast<std::byte>(static_cast<std::int8_t>(code));
        }
    }
}

void decodeAnchors(std::span<const std::byte> in, std::int64_t dim, std::span<float> tokens) {
    for (std::int64_t i = 0; i < std::int64_t(tokens.size()) / dim; ++i) {
        float* row = tokens.data() + i * dim;
        const std::byte* from = in.data() + i * rowBytes(dim);
        c10::BFloat16 factor;
        std::memcpy(&factor, from, sizeof factor);
        for (std::int64_t c = 0; c < dim; ++c)
            row[c] = static_cast<float>(factor) *
                     static_cast<float>(static_cast<std::int8_t>(from[sizeof factor + std::size_t(c)]));
    }
}

} // namespace scalekv
