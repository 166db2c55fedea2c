#pragma once

#include "scalekv/generation.h"
#include "scalekv/observer.h"
#include "scalekv/recipe.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

/// Thousands of pictures into one folder, by any number of processes on any number of machines that share it.
/// Nobody leads: what a process needs to know lies in the folder.
namespace scalekv {

inline constexpr const char* kSetManifest = "manifest.json"; ///< in the folder: what belongs together
inline constexpr const char* kSetRanks = "ranks";            ///< in it: claims and logs

/// What decides every picture of a set. Picture i is of prompt i, with the seed firstSeed + i, and is called
/// "0000.png", "0001.png" …
struct PictureSet {
    std::vector<std::string> prompts; ///< one a picture
    GenerationRequest request;        ///< all else; its prompts and seed are not read
    std::uint64_t firstSeed = 0;
    /// Pictures that go through the model together, each with random numbers of its own (BatchDraw::Apart).
    /// It rounds differently than a picture alone, so it is part of what decides them. 0: as many as memory
    /// allows, or what the folder's manifest says.
    int batch = 1;
};

inline constexpr int kLargestBatch = 1024;

/// "0012.png": four digits, or as many as the last one needs.
std::string setPictureName(std::size_t index, std::size_t pictures);

/// The settings of the released scripts that sample the paper's pictures (scripts/sample_2b.py and its
/// likes): 1M pixels, square, guided by 3 on the logits, temperature 1, top-k 900, top-p 0.97.
GenerationRequest paperRequest(GenerationRequest otherwise);

/// One of several processes that fill the same folder.
struct Rank {
    int rank = 0;
    int ranks = 1;
    int localRank = 0;   ///< among those on this machine
    int localRanks = 1;  ///< on this machine
    int deviceRanks = 1; ///< of those, on the same device
};

/// What a process does when its own slice is drawn.
enum class Afterwards {
    Help, ///< takes what others have not begun, and what the dead have left
    Leave,
};

/// Where all processes are.
struct SamplingProgress {
    Progress progress;    ///< of the whole set
    std::size_t done = 0; ///< pictures in the folder
    std::size_t pictures = 0;
    int atWork = 0; ///< processes that draw at this moment
};

/// Called on the thread that samples.
class SamplingObserver {
public:
    virtual ~SamplingObserver() = default;
    /// Whether progressed() is to be called. It costs a look at the folder every two seconds.
    virtual bool wantsProgress() const { return true; }
    virtual void progressed(const SamplingProgress& /*progress*/) {}
    /// A batch is about to be drawn: the first picture's index, and how many.
    virtual void batchStarted(std::size_t /*first*/, std::size_t /*count*/) {}
    /// A picture lies in the folder. `report`: of its batch.
    virtual void pictureWritten(const std::filesystem::path& /*file*/, const Recipe& /*recipe*/,
                                const GenerationReport& /*report*/) {}
};

struct SamplingResult {
    std::size_t drawn = 0; ///< by this process
    std::size_t done = 0;  ///< in the folder, by whomever
    std::size_t pictures = 0;
};

/// Draws what the folder lacks of a set. The folder is made where it does not exist; the first process writes
/// its manifest, and others must ask for the same or are refused (Error that names the difference). The
/// process draws its slice (contiguous, as in the released scripts), then as `afterwards` says; it returns
/// when nothing is left for it to do. A picture is written whole or not at all, with its recipe, and never
/// drawn twice but where a process was taken for dead: that is one whose claim is not renewed for a minute,
/// or whose machine knows it no more. Killed at any moment, the same call goes on.
///
/// Throws Error (settings that cannot run, another set in the folder, a full disk) and Cancelled; what has
/// been drawn stays.
SamplingResult sampleInto(const std::filesystem::path& folder, std::shared_ptr<const Model> model,
                          PictureSet set, const Rank& rank, Afterwards afterwards, const std::string& version,
                          SamplingObserver& observer, std::stop_token stop = {});

} // namespace scalekv
