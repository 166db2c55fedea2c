#pragma once

#include "engine/io/weights.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <string>
#include <vector>

/// Convolution networks of the metrics, as plain lists. All in fp32, maps are [B, C, H, W].
namespace scalekv {

/// A convolution and the ReLU behind it.
struct Convolution {
    at::Tensor weight; ///< [out, in, kh, kw]
    at::Tensor bias;   ///< [out]
    std::int64_t stride = 1;
    std::array<std::int64_t, 2> padding{};
};

enum class Pool {
    None,
    Max,           ///< 3 × 3, every second position
    MaxPartial,    ///< the same, and what is left at the right and lower edge has a window of its own
    MaxHalving,    ///< 2 × 2
    MaxAround,     ///< 3 × 3 around every position
    AverageAround, ///< the same; at the edges over the positions that there are
};

/// What happens to a block's input: pooled, then through the chain; in the end possibly through several
/// convolutions side by side.
struct Branch {
    Pool pool = Pool::None;
    std::vector<Convolution> chain = {};
    std::vector<Convolution> ends = {};
};

/// Branches side by side; their channels are joined.
using Block = std::vector<Branch>;

at::Tensor run(const Block& block, const at::Tensor& x);

/// Shape of a convolution: what it takes from the weights, and how it moves.
struct ConvolutionShape {
    std::int64_t in = 0, out = 0;
    std::array<std::int64_t, 2> kernel{1, 1};
    std::int64_t stride = 1;
    std::array<std::int64_t, 2> padding{};
};

/// NAME.weight and NAME.bias. Throws Error as Weights::take().
Convolution readConvolution(Weights& weights, const std::string& name, const ConvolutionShape& shape);

/// NAME.conv and the batch normalisation NAME.bn (ε = 0.001, its running figures) as one convolution.
Convolution readNormalised(Weights& weights, const std::string& name, const ConvolutionShape& shape);

} // namespace scalekv
