#pragma once

#include <cstdint>
#include <vector>

namespace scalekv {

class Checkpoint;

/// The shape of a BSQ-VAE, read off its tensors. Levels are counted from full resolution to latent.
struct VaeShape {
    std::int64_t bits = 0;                        ///< latent channels d
    std::int64_t baseChannels = 0;                ///< channels at full resolution
    std::vector<std::int64_t> decoderMultipliers; ///< of baseChannels, by level
    std::int64_t decoderBlocks = 0;               ///< residual blocks a level
    std::vector<std::int64_t> encoderMultipliers; ///< empty: the file has no encoder
    std::int64_t encoderBlocks = 0;

    std::int64_t patchSize() const { return std::int64_t(1) << (decoderMultipliers.size() - 1); }
    /// Throws Error when the checkpoint is not such a VAE. Accepts the key prefix `vae.` or none, and conv /
    /// norm names with or without their extra `.conv` / `.norm` level.
    static VaeShape infer(const Checkpoint& checkpoint);
};

} // namespace scalekv
