#include "engine/pipeline/memory_estimate.h"

#include <algorithm>

namespace scalekv {
namespace {

/// Compiled kernels and thread buffers of oneDNN and LibTorch, about the same for every size and shape that
/// was measured; in bf16 weights in oneDNN's own order, too.
std::int64_t libraryBytes(std::int64_t element) {
    return element == 2 ? 110 << 20 : 16 << 20;
}
/// The heap's holes beside a layer's buffers, as a share of them: from next to nothing in a fresh process to
/// a half after pictures of other sizes (docs/performance.md). The decoder's are few and large, and its holes
/// are given back between its steps.
constexpr std::int64_t kShareOfHoles = 4; // one in four
/// The workspaces of cuBLAS and cuDNN, which come from the same allocator.
constexpr std::int64_t kDeviceLibraryBytes = 96 << 20;

} // namespace

std::int64_t MemoryEstimate::peakBytes() const {
    return std::max(kvBytes + scratchBytes + layerBytes + holeBytes, decodeBytes) + libraryBytes;
}

MemoryEstimate estimateMemory(const TransformerShape& shape, const VaeShape& vae, const CachePlan& plan,
                              std::span<const std::int64_t> sequences, MapSize latent, ElementBytes bytes) {
    const std::int64_t element = bytes.transformer;
    const std::int64_t most = *std::max_element(sequences.begin(), sequences.end());
    const std::int64_t rows = most * plan.schedule().back().tokens();
    MemoryEstimate estimate;
    estimate.kvBytes = plan.peakBytes(sequences, shape.heads, 2 * shape.headDim() * element);
    estimate.scratchBytes =
        2 * most * (plan.largestScratch() + plan.largestDecoded()) * shape.width * element;
    // The residual stream in fp32 and attention's result, and beside them either the input, queries and the
    // product with mat_qkv, or the input and both products of the feed forward.
    const std::int64_t inLayer = std::max(5 * shape.width, shape.width + shape.feedForward);
    estimate.layerBytes =
        rows * (shape.width * static_cast<std::int64_t>(sizeof(float)) + (shape.width + inLayer) * element);
    estimate.decodeBytes = decodeBytes(vae, latent, bytes.vae);
    estimate.libraryBytes = libraryBytes(element);
    estimate.holeBytes = estimate.layerBytes / kShareOfHoles;
    return estimate;
}

MemoryEstimate estimateDeviceMemory(const TransformerShape& shape, const VaeShape& vae, const CachePlan& plan,
                                    std::span<const std::int64_t> sequences, MapSize latent,
                                    ElementBytes bytes) {
    const std::int64_t element = bytes.transformer;
    constexpr auto kFloat = static_cast<std::int64_t>(sizeof(float));
    const std::int64_t most = *std::max_element(sequences.begin(), sequences.end());
    const std::int64_t rows = most * plan.schedule().back().tokens();
    MemoryEstimate estimate;
    estimate.kvBytes = plan.peakBytes(sequences, shape.heads, 2 * shape.headDim() * element);
    estimate.scratchBytes = 2 * most * (plan.largestJoined() + plan.largestDecoded()) * shape.width * element;
    // Where queries and keys are rotated: the residual stream, and queries and keys, in fp32; the layer's
    // input, the product with mat_qkv, and the queries.
    estimate.layerBytes = rows * shape.width * (3 * kFloat + 5 * element);
    if (plan.spectra() !=
        nullptr) { // codes lie in the computer's memory; history and map are joined by copying
        estimate.kvBytes = 0;
        estimate.layerBytes += 2 * (rows + most * plan.largestDecoded()) * shape.width * element;
    }
    if (plan.headsDiffer()) // one head's history, and the map behind it
        estimate.layerBytes += 2 * (rows + most * plan.longestHistory()) * shape.headDim() * element;
    estimate.decodeBytes = decodeBytes(vae, latent, bytes.vae);
    // What cuDNN copies an fp32 map into for its kernels; a bf16 one it takes as it lies. Both as measured on
    // one card (docs/performance.md).
    if (bytes.vae == kFloat)
        estimate.decodeBytes += largestConvolved(vae, latent) * kFloat;
    estimate.libraryBytes = kDeviceLibraryBytes;
    return estimate;
}

} // namespace scalekv
