#pragma once

#include "engine/image/vae_shape.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a BSQ-VAE of a given shape consists of: the one place that knows. Reading the shape off a file,
/// loading, counting parameters, work and memory, and making up random weights all follow from here.
namespace scalekv::vae {

enum class Half { Encoder, Decoder };

/// A convolution with bias, or a GroupNorm, under the name that the released code gives it.
struct Layer {
    std::string module;
    std::int64_t in = 0;
    std::int64_t out = 0;    ///< equals `in` for a norm
    std::int64_t kernel = 0; ///< one side; 0: a norm

    bool isNorm() const { return kernel == 0; }
};

/// Of x + conv2(swish(norm2(conv1(swish(norm1(x)))))).
struct ResidualLayers {
    Layer norm1, conv1, norm2, conv2;
    std::optional<Layer> shortcut; ///< 1×1 on x, where channels change
};
ResidualLayers residualLayers(const std::string& module, std::int64_t in, std::int64_t out);

/// One thing that a half does to its map after the other.
struct Step {
    enum class Kind {
        Conv,       ///< 3×3
        Residual,   ///< residual block
        Downsample, ///< 3×3, stride 2
        Upsample,   ///< ×2, then 3×3
        NormSwish,  ///< norm and activation
    };
    Kind kind = Kind::Conv;
    std::string module;
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::int64_t zoom = 1; ///< positions of the result to a latent position, along one side

    /// In the order in which they run.
    std::vector<Layer> layers() const;
};

/// The steps of a half in the order in which they run; none for an encoder that the shape lacks.
std::vector<Step> stepsOf(Half half, const VaeShape& shape);

/// What the names of a half's levels start with ("decoder.up."), and those of a level's residual blocks
/// ("decoder.up.1.block."). A number follows.
std::string levelNames(Half half);
std::string blockNames(Half half, std::size_t level);
/// The first and the last convolution of a half.
std::string firstConv(Half half);
std::string lastConv(Half half);
/// The attention layer that some autoencoders of this family have in the middle, and no Infinity VAE.
std::string middleAttention(Half half);

} // namespace scalekv::vae
