#pragma once

#include "scalekv/lpips.h"
#include "scalekv/observer.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// How far folders of pictures are from a first one: pair by pair (PSNR, SSIM, LPIPS), and as sets (FID, KID,
/// precision and recall). No LibTorch and no Qt in this header.
namespace scalekv {

/// How pictures come to the 299 × 299 pixels of Inception.
enum class FeatureResizing {
    Clean, ///< clean-fid (Parmar et al. 2022), as the paper's script: Pillow's bicubic, then (x − 128) / 128
    Pytorch, ///< pytorch-fid: bilinear without antialiasing, then 2x − 1
};
inline constexpr std::array kFeatureResizings{FeatureResizing::Clean, FeatureResizing::Pytorch};
/// "clean", "pytorch".
std::string resizingName(FeatureResizing resizing);

struct FolderMetricsOptions {
    std::filesystem::path reference;
    std::vector<std::filesystem::path> others; ///< at least one
    MetricWeights weights;
    std::vector<LpipsNet> nets; ///< with which LPIPS is measured; their weights must be there
    bool sets = true;           ///< FID and its like, where weights are there
    FeatureResizing resizing = FeatureResizing::Clean;
    /// The reference holds real pictures of any size: each is brought to its partner's size before the two
    /// are compared, as torchvision's Resize does (bilinear, antialiased, rounded to bytes). Sets are taken
    /// as they are, as in the paper's script.
    bool realReference = false;
    /// Pictures pair by the order of their names, as in the paper's script, not by the names themselves.
    bool inOrder = false;
    std::string device = "cpu";
    int resamples = 1000; ///< of pictures, for the intervals of means; 0: no intervals
    /// The same for FID, each of which takes a decomposition of large matrices.
    int fidResamples = 20;
};

/// Where 95 % of the resamples lie.
struct Interval {
    double low = 0;
    double high = 0;
};

struct Figure {
    double value = 0;
    std::optional<Interval> interval = {}; ///< none where there is nothing to resample
};

/// One pair of pictures.
struct PairMetrics {
    std::string name; ///< without ending
    int width = 0, height = 0;
    double psnr = 0;                                            ///< dB; infinite when equal
    std::optional<double> ssim;                                 ///< none where a side is too short
    std::array<std::optional<double>, kLpipsNets.size()> lpips; ///< by LpipsNet
};

/// A folder against the reference.
struct FolderMetrics {
    std::filesystem::path folder;
    int pictures = 0;
    std::vector<PairMetrics> pairs;                     ///< by name
    std::vector<std::string> onlyInReference, onlyHere; ///< names without a partner
    std::vector<std::string> unreadable; ///< why, one sentence each: pictures that are left out
    std::vector<std::string> otherSizes; ///< "0003 (64x64 and 32x32)": pairs that cannot be compared

    std::optional<Figure> psnr, ssim; ///< means over pairs
    std::array<std::optional<Figure>, kLpipsNets.size()> lpips;
    std::optional<Figure> fid, kid, precision, recall;
};

struct FolderMetricsReport {
    FolderMetricsOptions options;
    std::string program;
    int referencePictures = 0;
    std::vector<FolderMetrics> others;
    int featuresReused = 0, featuresMade = 0; ///< pictures, of all folders
    std::vector<std::string> missing;         ///< which figures need which files, one sentence each
    std::vector<std::string> notes;           ///< what else is to be said, one sentence each
    std::map<std::string, std::string>
        networks; ///< that made figures: "lpips-alex" → a digest of its weights
};

/// Told where all is, and which piece (from 1) of how many of what: "pairs of results".
using FolderMetricsProgress =
    std::function<void(const Progress&, const std::string& what, std::size_t piece, std::size_t pieces)>;

/// Features of a set are kept in a hidden folder beside its pictures and reused while files, network and
/// resizing are the same; where that cannot be written, a note says so. Pictures are read as they are needed:
/// memory grows by 8 KiB a picture and folder. Throws Error for folders that hold no pictures, pictures that
/// cannot be read, names that stand twice, and damaged weights; Cancelled within a layer's work, after which
/// the features that were made are kept.
FolderMetricsReport measureFolders(const FolderMetricsOptions& options, const std::string& version,
                                   const FolderMetricsProgress& progress = {}, std::stop_token stop = {});

/// For a person: a line a folder, then what is to be said.
std::string toTable(const FolderMetricsReport& report);
/// A row a pair.
std::string toCsv(const FolderMetricsReport& report);
/// Everything, with the convention of every figure in words.
std::string toJson(const FolderMetricsReport& report);

} // namespace scalekv
