#pragma once

#include "scalekv/kept_tokens.h"
#include "scalekv/layer_attention.h"
#include "scalekv/report.h"
#include "scalekv/scale_bits.h"

#include <memory>
#include <optional>
#include <span>

namespace scalekv {

/// Which pictures the observer is given while a generation runs.
enum class Preview {
    None,      ///< only the final picture
    EachScale, ///< after every scale, the sum of codes so far, decoded at that scale's own resolution
};

/// What is looked at while a generation runs. Decides nothing about the picture.
struct Watching {
    Preview preview = Preview::None;
    /// What is measured of each layer's attention; none: nothing, at no cost.
    std::optional<AttentionProbeOptions> probe = {};
    bool kept = false; ///< which tokens each layer could read, see LayerProgress::kept
};

/// How far some work is.
struct Progress {
    double done = 0;        ///< 0 … 1, of the time that all will have taken
    double secondsLeft = 0; ///< an estimate from this machine's speed, learned from what was measured so far
};

/// A layer of the transformer has done its work for one scale.
struct LayerProgress {
    int scale = 0;
    int layer = 0;
    std::int64_t layerKvBytes = 0; ///< stored keys and values of this layer
    std::int64_t kvBytes = 0;      ///< of all layers
    /// What was asked for with Watching::probe, else null. May be kept.
    std::shared_ptr<const LayerAttention> attention = {};
    /// What was asked for with Watching::kept, else null: the tokens of earlier scales that this layer's
    /// attention could read at this scale, in the first prompt's sequence (with the prompt, not the
    /// unconditional one). May be kept.
    std::shared_ptr<const KeptTokens> kept = {};
};

/// How a generation tells its caller where it is. Called on the thread that runs the generation; the calls
/// must return quickly. Every function may be left out.
class GenerationObserver {
public:
    virtual ~GenerationObserver() = default;
    /// After every step: the text, each layer, each decoded picture.
    virtual void progressed(const Progress& /*progress*/) {}
    virtual void scaleStarted(int /*scale*/, MapSize /*map*/) {}
    /// Off the CPU, where anything of layers is watched, all of a scale's are told one after the other when
    /// the last of them is done: what was seen of them is asked for once.
    virtual void layerFinished(const LayerProgress& /*progress*/) {}
    /// The bits that are about to be fed, of all prompts. Before the scale is finished.
    virtual void bitsChosen(int /*scale*/, const ScaleBits& /*bits*/) {}
    /// `images`: one a prompt; empty where no preview was asked for (the last scale always has them).
    virtual void scaleFinished(const ScaleReport& /*report*/, std::span<const RgbImage> /*images*/) {}
};

} // namespace scalekv
