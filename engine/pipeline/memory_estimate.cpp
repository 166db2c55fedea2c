#include "engine/pipeline/memory_estimate.h"

#include <algorithm>

namespace scalekv {
namespace {

/// Compiled kernels, reordered weights and thread buffers of oneDNN and LibTorch: about the same for every
/// size and shape that was measured.
constexpr std::int64_t kLibraryBytes = 110 << 20;

/// Most bytes alive at once inside the decoder, for one picture.
std::int64_t decodeBytes(const VaeShape& shape, MapSize latent, std::int64_t element) {
    const auto channels = [&](std::size_t level) {
        return shape.baseChannels * shape.decoderMultipliers[level];
    };
    const std::size_t last = shape.decoderMultipliers.size() - 1;
    std::int64_t pixels = latent.tokens();
    std::int64_t most = 0;
    for (std::size_t level = last + 1; level-- > 0;) {
        const std::int64_t in = channels(std::min(level + 1, last));
        const std::int64_t out = channels(level);
        // A block holds its input (or, where channels change, its shortcut beside it), the normalised copy
        // and a convolution's result.
        const std::int64_t first = in == out ? 3 * out : 2 * in + out;
        most = std::max(most, pixels * std::max(first, 3 * out) * element);
        if (level > 0) {
            // The enlarged map, the one it is made of, and one phase of the result.
            most = std::max(most, pixels * (4 + 1 + 1) * out * element);
            pixels *= 4;
        }
    }
    return most;
}

} // namespace

std::int64_t MemoryEstimate::peakBytes() const {
    return std::max(kvBytes + scratchBytes + layerBytes, decodeBytes) + kLibraryBytes;
}

MemoryEstimate estimateMemory(const TransformerShape& shape, const VaeShape& vae, const CachePlan& plan,
                              std::span<const std::int64_t> sequences, MapSize latent, std::int64_t element) {
    const std::int64_t most = *std::max_element(sequences.begin(), sequences.end());
    const std::int64_t rows = most * plan.schedule().back().tokens();
    MemoryEstimate estimate;
    estimate.kvBytes = plan.peakBytes(sequences, shape.heads, 2 * shape.headDim() * element);
    estimate.scratchBytes = 2 * most * plan.largestScratch() * shape.width * element;
    // The residual stream in fp32 and attention's result, and beside them either the input, queries and the
    // product with mat_qkv, or the input and both products of the feed forward.
    const std::int64_t inLayer = std::max(5 * shape.width, shape.width + shape.feedForward);
    estimate.layerBytes =
        rows * (shape.width * static_cast<std::int64_t>(sizeof(float)) + (shape.width + inLayer) * element);
    estimate.decodeBytes = decodeBytes(vae, latent, element);
    return estimate;
}

} // namespace scalekv
