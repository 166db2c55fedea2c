#pragma once

#include "engine/image/vae_layout.h"
#include "engine/image/vae_names.h"
#include "engine/io/weights.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <optional>

/// The pieces of the VAE's two halves. Pictures are [B, C, H, W] in channels-last memory and the compute type
/// of the weights. Arguments taken by value are given up: the caller's move lets them be freed early, which
/// decides the peak memory at full resolution.
namespace scalekv::vae {

/// Takes layers out of a checkpoint and counts the bytes they end up with.
class Loader {
public:
    Loader(Weights weights, VaeNames names, std::optional<int> normGroups);

    at::Tensor convWeight(const Layer& conv);
    at::Tensor convBias(const Layer& conv);
    at::Tensor normWeight(const Layer& norm, const char* leaf);
    /// Groups of a GroupNorm: as given, else 32, else 24 (released code). Throws Error where its channels do
    /// not divide into them.
    std::int64_t normGroups(const Layer& norm) const;
    /// A layer derived from taken weights reports what it keeps instead.
    void keep(const at::Tensor& tensor) { bytes_ += std::int64_t(tensor.nbytes()); }

    const VaeNames& names() const { return names_; }
    Weights& weights() { return weights_; }
    std::int64_t bytes() const { return bytes_; }

private:
    Weights weights_;
    VaeNames names_;
    std::optional<int> normGroups_;
    std::int64_t bytes_ = 0;
};

/// Convolution with bias and "same" padding.
class Conv {
public:
    Conv(Loader& loader, const Layer& layer);
    at::Tensor operator()(const at::Tensor& x) const;

private:
    at::Tensor weight_, bias_;
};

/// GroupNorm (eps 1e-6, statistics in fp32), then x · sigmoid(x).
class NormSwish {
public:
    NormSwish(Loader& loader, const Layer& layer);
    at::Tensor operator()(at::Tensor x) const;

private:
    at::Tensor weight_, bias_;
    std::int64_t groups_;
};

/// x + conv2(swish(norm2(conv1(swish(norm1(x)))))), with the shortcut's convolution on the first x if any.
class ResidualBlock {
public:
    ResidualBlock(Loader& loader, const ResidualLayers& layers);
    at::Tensor operator()(at::Tensor x) const;

private:
    NormSwish norm1_;
    Conv conv1_;
    NormSwish norm2_;
    Conv conv2_;
    std::optional<Conv> shortcut_;
};

/// Nearest ×2, then a 3×3 convolution. Each of the four output phases sees only 2×2 different input pixels,
/// so the 3×3 kernel is folded into four 2×2 kernels over the small picture: 16 instead of 36 products a
/// pixel, and the enlarged input never exists.
class Upsample {
public:
    Upsample(Loader& loader, const Layer& layer);
    at::Tensor operator()(at::Tensor x) const;

private:
    std::array<at::Tensor, 4> phases_; ///< [C, C, 2, 2], index 2 · row phase + column phase
    at::Tensor bias_;
};

/// One row and column of zeros below and to the right, then a 3×3 convolution with stride 2.
class Downsample {
public:
    Downsample(Loader& loader, const Layer& layer);
    at::Tensor operator()(at::Tensor x) const;

private:
    at::Tensor weight_, bias_;
};

} // namespace scalekv::vae
