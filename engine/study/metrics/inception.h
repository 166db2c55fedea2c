#pragma once

#include "engine/study/metrics/conv_net.h"

#include <stop_token>

namespace scalekv {

inline constexpr std::int64_t kInceptionFeatures = 2048;
inline constexpr std::int64_t kInceptionSide = 299; ///< pixels

/// The Inception v3 of FID (Heusel et al. 2017) in the form of pytorch-fid's state dict: TensorFlow's weights
/// of 2015-12-05, whose average pooling leaves padding out and whose last block pools by maximum.
class Inception {
public:
    static bool looksLike(const Checkpoint& checkpoint);

    /// Throws Error as Weights::take().
    Inception(const Checkpoint& checkpoint, at::Device device);

    /// x: [B, 3, 299, 299] in −1 … 1. Gives [B, 2048], the last maps' means. Throws Cancelled within a block.
    at::Tensor features(at::Tensor x, const std::stop_token& stop = {}) const;

    at::Device device() const { return device_; }

private:
    at::Device device_;
    std::vector<Block> blocks_;
};

} // namespace scalekv
