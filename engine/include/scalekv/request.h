#pragma once

#include "scalekv/layer_attention.h"
#include "scalekv/policy_choice.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace scalekv {

/// Which pictures the observer is given while a generation runs.
enum class Preview {
    None,      ///< only the final picture
    EachScale, ///< after every scale, the sum of codes so far, decoded at that scale's own resolution
};

/// Everything that decides a picture.
struct GenerationRequest {
    /// One picture a prompt. One random generator serves the whole batch, as in the released code, so a
    /// prompt in a batch gives another picture than alone.
    std::vector<std::string> prompts;
    std::string negativePrompt; ///< empty: the trained unconditional features
    std::uint64_t seed = 0;
    std::string size = "1M";      ///< see imageSizes()
    double aspectRatio = 1.0;     ///< height / width, see aspectRatios()
    std::vector<double> cfg{4.0}; ///< classifier-free guidance: one number, or one a scale; 1 = off
    std::vector<double> tau{1.0}; ///< sampling temperature: one number, or one a scale
    /// Where guidance is applied: 0 = on the logits, −n = on the output of layer depth−n (both may be given).
    std::vector<int> cfgInsertionLayers{0};
    int topK = 900;     ///< 0 = off; with two values a bit, only 1 has an effect
    double topP = 0.97; ///< 0 = off; removes the unlikelier value of a bit when its probability is ≤ 1 − topP
    PolicyChoice policy; ///< what stays in the cache
    Preview preview = Preview::None;
    /// What the observer is told of each layer's attention; none: nothing, at no cost. Decides nothing about
    /// the picture.
    std::optional<AttentionProbeOptions> probe = {};
};

} // namespace scalekv
