#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace scalekv {

/// Draws bits from logits.
struct Sampler {
    int topK = 0;    ///< 0 = off
    double topP = 0; ///< 0 = off

    /// logits [B, L, 2·d] (for each bit the logits of 0 and 1; after temperature and guidance) → bits [B, L,
    /// d], int64. One multinomial draw for all bits at once (released code), so the same CPU generator state
    /// gives the same bits as there.
    at::Tensor draw(const at::Tensor& logits, at::Generator& generator) const;

    /// Probabilities of 0 and 1 after top-k and top-p: logits as above → [B · L · d, 2] fp32, where they are.
    at::Tensor probabilities(const at::Tensor& logits) const;
    /// What at::multinomial() makes of probabilities [n, 2] and as many draws from the exponential
    /// distribution: the larger quotient wins. → [n] int64. So a device draws with the CPU's generator.
    static at::Tensor drawn(const at::Tensor& probabilities, const at::Tensor& exponential);
};

} // namespace scalekv
