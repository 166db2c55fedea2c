#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

/// Numbers in place of a model's, the same every time.
namespace scalekv::test {

inline at::Tensor noise(at::IntArrayRef shape, std::uint64_t seed) {
    return at::randn(shape, at::detail::createCPUGenerator(seed), at::kFloat);
}

/// Features of so many prompts' texts and of their unconditional ones, for tinyShape(): of two lengths.
inline std::vector<at::Tensor> texts(std::int64_t prompts, std::uint64_t firstSeed = 100) {
    std::vector<at::Tensor> all;
    for (std::int64_t i = 0; i < 2 * prompts; ++i)
        all.push_back(noise({3 + i % 2, 16}, firstSeed + std::uint64_t(i)));
    return all;
}

} // namespace scalekv::test
