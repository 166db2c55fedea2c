#pragma once

#include "scalekv/generation.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// How much pictures suffer from keeping less in the cache: the same prompts and seeds under the full cache
/// and under policies and budgets. No LibTorch and no Qt in this header.
namespace scalekv {

class Lpips;

/// How a compressed run is compared with the full one.
enum class ComparisonMode {
    /// It is fed the full run's bits at every scale, so that every difference is the cache's own and none is
    /// an earlier one's consequence: the sharper instrument.
    TeacherForced,
    Free, ///< It feeds its own bits, as in use: gives pictures.
    Both,
};

inline constexpr std::array kComparisonModes{ComparisonMode::TeacherForced, ComparisonMode::Free,
                                             ComparisonMode::Both};
/// "teacher-forced", "free", "both".
std::string modeName(ComparisonMode mode);

/// What decides the results.
struct ComparisonSettings {
    GenerationRequest request;         ///< all prompts, and the rest; its seed and policy are not read
    std::vector<std::uint64_t> seeds;  ///< every prompt with every seed: a pair
    std::vector<PolicyChoice> choices; ///< what is compared with the full cache ("full" may be among them)
    ComparisonMode mode = ComparisonMode::Both;
    /// Also TeacherForcedFigures::klPerLayer, which takes as many more runs a picture as the model has
    /// layers. Not read where nothing is teacher-forced.
    bool klByLayer = false;
    /// Lpips::identity() of the network with which free runs' pictures are also compared; empty: none.
    std::string lpips = {};

    bool operator==(const ComparisonSettings&) const = default;
    bool teacherForced() const { return mode != ComparisonMode::Free; }
    bool free() const { return mode != ComparisonMode::TeacherForced; }
    std::size_t pairs() const { return request.prompts.size() * seeds.size(); }
};

/// What a run cost.
struct RunCost {
    std::int64_t kvBytes = 0;     ///< retained keys and values after the last scale that stores any
    std::int64_t peakKvBytes = 0; ///< most at any time
    std::int64_t scratchBytes = 0;
    double seconds = 0; ///< transformer and sampling: no text encoder, no VAE, no comparing
    double selectionSeconds = 0;
};

/// A prompt (index into the settings') and a seed.
struct PairId {
    int prompt = 0;
    std::uint64_t seed = 0;
    bool operator==(const PairId&) const = default;
};

/// One picture with the full cache.
struct FullRecord {
    PairId pair;
    RunCost cost;
    std::string digest; ///< of all its bits, to tell whether it came out the same when made again
};

/// Shares and means are over bits: a scale's own, or those of all scales.
struct TeacherForcedFigures {
    double kl = 0;   ///< mean KL(full ‖ compressed) a bit, nats
    double bits = 0; ///< share of sampled bits that differ, 0 … 1
    std::vector<double> klPerScale;
    std::vector<double> bitsPerScale;
    RunCost cost;
    /// [layer][scale]: the same KL where only that layer's cache is compressed and all others keep
    /// everything: what this layer's evictions do by themselves. Does not add up to klPerScale, for layers
    /// make up for each other's losses, or make them worse. Empty unless asked for.
    std::vector<std::vector<double>> klPerLayer = {};
};

struct FreeFigures {
    double psnr = 0; ///< of the picture against the full run's, dB; infinite when equal
    double ssim = 0;
    double bits = 0; ///< share of bits that differ
    std::vector<double> bitsPerScale;
    RunCost cost;
    std::optional<double> lpips = {}; ///< where the settings name a network
};

/// One picture with one choice, compared with its full run.
struct ChoiceRecord {
    PairId pair;
    int choice = 0; ///< index into the settings'
    std::optional<TeacherForcedFigures> teacherForced;
    std::optional<FreeFigures> free;
};

/// Settings and what has been measured so far.
struct Comparison {
    ComparisonSettings settings;
    ModelIdentity model;
    std::string precision;
    std::string device;
    std::string program; ///< "scalekv 1.2"
    ScaleSchedule schedule;
    std::vector<FullRecord> full;      ///< in the order in which they were made
    std::vector<ChoiceRecord> records; ///< likewise

    const FullRecord* fullOf(const PairId& pair) const;
    const ChoiceRecord* recordOf(const PairId& pair, int choice) const;
    bool complete() const { return records.size() == settings.pairs() * settings.choices.size(); }
};

/// Where a comparison is.
struct ComparisonProgress {
    Progress progress; ///< of what this call has to do
    int run = 0;       ///< 1 … runs: generations, each counted by itself
    int runs = 0;
    PolicyChoice policy; ///< of the run at hand
    std::string how;     ///< "free", "teacher-forced", "layer 3 alone"; empty: as it was asked for
};

/// Called on the thread that compares; the calls must return quickly, except for the …Finished() ones, which
/// may save.
class ComparisonObserver {
public:
    virtual ~ComparisonObserver() = default;
    virtual void progressed(const ComparisonProgress& /*progress*/) {}
    /// Before the first run: what is known already of earlier results.
    virtual void started(const Comparison& /*comparison*/) {}
    /// The pictures are empty where the mode makes none. `again`: the pair was left unfinished earlier, and
    /// its full run, whose logits are kept in memory only, had to be made once more.
    virtual void fullFinished(const FullRecord& /*record*/, const RgbImage& /*picture*/, bool /*again*/) {}
    virtual void choiceFinished(const ChoiceRecord& /*record*/, const RgbImage& /*picture*/) {}
};

/// Why a choice cannot run with this model and request ("… needs a calibration"); empty where it can. Throws
/// Error where the request cannot run with the full cache either.
std::string problemOf(const Model& model, const GenerationRequest& request, const PolicyChoice& choice);

/// Throws Error for settings that ask for nothing, or for something twice: what can be told without a model.
void checkComparison(const ComparisonSettings& settings);

/// A comparison in which nothing has been measured. Throws Error for settings that this model cannot run,
/// and where checkComparison() does.
Comparison plannedComparison(const Model& model, ComparisonSettings settings, std::string program);

/// Generations that it takes to measure what `comparison` lacks, with a model of that many layers: what
/// ComparisonProgress counts.
std::size_t runsLeft(const Comparison& comparison, int layers);

/// Measures what `comparison` lacks, pair by pair, and adds it; a text is encoded once, and a pair's full
/// run's bits and logits stay in memory only as long as they are needed. `lpips` must be the network that the
/// settings name. Throws Error, also where it is not, or where a full run gives other bits than the record of
/// it says, and Cancelled within one layer's work after `stop` was requested; what has been added stays.
void runComparison(const Model& model, Comparison& comparison, ComparisonObserver& observer,
                   std::stop_token stop = {}, const Lpips* lpips = nullptr);

} // namespace scalekv
