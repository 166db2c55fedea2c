#pragma once

#include "engine/io/checkpoint.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace scalekv {

/// The dimensions of an Infinity transformer, read off its tensors.
struct TransformerShape {
    std::int64_t layers = 0;
    std::int64_t width = 0;        ///< C
    std::int64_t heads = 0;        ///< H
    std::int64_t feedForward = 0;  ///< hidden width of the FFN
    std::int64_t bits = 0;         ///< bits a token (4·d of the VAE where tokens are spatially patchified)
    std::int64_t textWidth = 0;    ///< channels of the text features
    std::int64_t poolHeads = 0;    ///< heads of the text pooling
    std::int64_t levels = 0;       ///< rows of lvl_embed: the most scales it can do
    std::int64_t uncondTokens = 0; ///< rows of cfg_uncond: the longest prompt that guidance can be given
    std::string prefix;            ///< before every name, e.g. "trainer.gpt_fsdp."
    std::int64_t chunkLayers = 0;  ///< layers in a `block_chunks.N`; 0 where the names are `blocks.N.`

    std::int64_t headDim() const { return width / heads; }
    std::int64_t parameters() const;
    /// Name of a layer's tensors up to the last dot, without `prefix`.
    std::string layerPrefix(std::int64_t layer) const;

    /// Whether the checkpoint looks like an Infinity transformer at all (under any prefix).
    static bool recognises(const Checkpoint& checkpoint);
    /// Throws Error, naming file and tensor, where it is not one, or where its tensors contradict each other.
    static TransformerShape infer(const Checkpoint& checkpoint);

    /// The shapes that were published, by name: "layer12" … "layer48", "2b", "8b".
    static std::span<const std::string_view> names();
    /// Throws Error for another name.
    static TransformerShape named(const std::string& name);
};

} // namespace scalekv
