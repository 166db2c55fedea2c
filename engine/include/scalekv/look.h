#pragma once

#include "scalekv/generation.h"
#include "scalekv/kept_tokens.h"
#include "scalekv/scale_bits.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace scalekv {

/// Where one looks, in the first prompt's picture.
struct LookQuestion {
    int scale = 0;
    /// Of that scale's map, row · width + column; −1: the mean over the queries that the attention probe
    /// looks at (AttentionProbeOptions().queries).
    std::int64_t token = -1;
    /// Also LayerLook::wordMaps: layers · words · L floats.
    bool wordMaps = true;
    /// What attention would have done had nothing been evicted: the same bits under the full cache (teacher
    /// forcing). See evictedWeights().
    bool fullCache = false;

    bool operator==(const LookQuestion&) const = default;
};

/// A token of the prompt.
struct PromptWord {
    std::string text;        ///< a word or a part of one; "</s>" for the end of the text
    bool startsWord = false; ///< false: it goes on from the one before
    bool end = false;        ///< the end of the text, which attention often rests on

    bool operator==(const PromptWord&) const = default;
};

/// What one layer's attention gave. T: tokens of the prompt, L: of the scale's map, N: of all maps up to it.
struct LayerLook {
    /// [H][N]: the weight of every token, in order of scales and row by row; evicted ones have 0. Sums to 1.
    std::vector<std::vector<float>> heads;
    /// [T]: the weight that cross attention gives each token of the prompt; mean over heads. Sums to 1.
    std::vector<float> wordsRead;
    /// [T][L]: how much every position of the scale reads each token of the prompt; mean over heads, so that
    /// a position's weights sum to 1 over the words. Empty unless asked for.
    std::vector<std::vector<float>> wordMaps;
};

struct Look {
    LookQuestion question;
    std::int64_t tokens = 0; ///< N
    std::vector<PromptWord> words;
    std::vector<LayerLook> layers;
};

/// Repeats a run up to a scale, fed with the bits that it chose, and says what attention did there: exactly
/// what it did in the run, under the run's own cache policy, or what it would have done under the full cache,
/// which takes that one's memory. Of the first prompt's sequence, with the prompt
/// (not the unconditional one; LayerAttention is the mean over all sequences). Draws and decodes nothing;
/// costs what the run's scales up to that one did, and the text encoder.
///
/// `bits`: of scales 0, 1, … as GenerationObserver::bitsChosen() gave them; those before the asked scale are
/// needed, further ones are passed over. Memory: layers · heads · N floats, 67 MB for 40 layers, 28 heads and
/// 15 000 tokens, and the word maps.
///
/// Throws Error where bits do not fit the plan or the scale or token is not there, Cancelled within one
/// layer's work after `stop` was requested.
Look look(const Generation& generation, std::span<const ScaleBits> bits, const LookQuestion& question,
          const std::function<void(const Progress&)>& progress = {}, std::stop_token stop = {});

/// The attention that eviction takes away: of a layer's weights under the full cache
/// (LookQuestion::fullCache) those of the tokens that the run had evicted by then. [H][N], 0 for what was
/// kept and for the scale's own map. `kept`: of the run, at that layer and scale (RunRecord::kept). Their sum
/// over N is the share of the head's attention that the run has no place for; what is left of it goes to
/// other tokens there. Throws std::invalid_argument where heads or tokens of the two do not belong together.
std::vector<std::vector<float>> evictedWeights(const LayerLook& full, const KeptTokens& kept);
/// The same of one head, [N].
std::vector<float> evictedWeights(const LayerLook& full, const KeptTokens& kept, std::int64_t head);

} // namespace scalekv
