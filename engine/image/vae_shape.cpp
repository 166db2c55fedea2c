#include "engine/image/vae_shape.h"

#include "engine/image/vae_layout.h"
#include "engine/image/vae_names.h"
#include "scalekv/error.h"

#include <algorithm>
#include <string>

namespace scalekv {
namespace {

using vae::Half;

struct Levels {
    std::vector<std::int64_t> multipliers; ///< output channels over those at full resolution
    std::int64_t blocks = 0;
};

Levels levelsOf(const VaeNames& names, Half half, std::int64_t base) {
    constexpr std::size_t kMaxLevels = 10;
    const std::string list = vae::levelNames(half);
    const std::size_t count = names.count(list);
    if (count == 0 || count > kMaxLevels)
        throw Error(names.file() + ": an Infinity VAE does not have " + std::to_string(count) +
                    " levels in " + list + "N.");
    if (names.hasConv(vae::middleAttention(half)))
        throw Error(names.file() + ": the VAE has attention layers, which are not supported.");
    Levels levels;
    for (std::size_t n = 0; n < count; ++n) {
        const std::string blocks = vae::blockNames(half, n);
        const std::string first = vae::residualLayers(blocks + "0", base, base).conv1.module;
        const std::int64_t channels = names.convShape(first)[0];
        if (channels % base != 0)
            throw Error(names.file() + ": " + first + " has " + std::to_string(channels) +
                        " channels, no multiple of the " + std::to_string(base) + " at full resolution.");
        levels.multipliers.push_back(channels / base);
        // All levels have as many: where one has fewer, loading names the tensor that is missing.
        levels.blocks = std::max(levels.blocks, static_cast<std::int64_t>(names.count(blocks)));
    }
    return levels;
}

} // namespace

VaeShape VaeShape::infer(const Checkpoint& checkpoint) {
    const VaeNames names(checkpoint);
    VaeShape shape;
    shape.bits = names.convShape(vae::firstConv(Half::Decoder))[1];
    const bool hasEncoder = names.hasConv(vae::firstConv(Half::Encoder));
    // Without an encoder the first multiplier is taken to be 1, as in every released VAE.
    shape.baseChannels = hasEncoder ? names.convShape(vae::firstConv(Half::Encoder))[0]
                                    : names.convShape(vae::lastConv(Half::Decoder))[1];
    const Levels decoder = levelsOf(names, Half::Decoder, shape.baseChannels);
    shape.decoderMultipliers = decoder.multipliers;
    shape.decoderBlocks = decoder.blocks;
    if (!hasEncoder)
        return shape;
    const Levels encoder = levelsOf(names, Half::Encoder, shape.baseChannels);
    shape.encoderMultipliers = encoder.multipliers;
    shape.encoderBlocks = encoder.blocks;
    if (shape.encoderMultipliers.size() != shape.decoderMultipliers.size())
        throw Error(names.file() + ": the VAE's encoder has " +
                    std::to_string(shape.encoderMultipliers.size()) + " levels and its decoder " +
                    std::to_string(shape.decoderMultipliers.size()) + ".");
    return shape;
}

} // namespace scalekv
