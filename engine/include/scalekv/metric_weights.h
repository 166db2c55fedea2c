#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

/// The files of the networks with which pictures are compared. People have them from torchvision and from the
/// packages lpips and pytorch-fid; none comes with this program.
namespace scalekv {

/// The networks that LPIPS is known for.
enum class LpipsNet { Alex, Vgg, Squeeze };

inline constexpr std::array kLpipsNets{LpipsNet::Alex, LpipsNet::Vgg, LpipsNet::Squeeze};
/// "alex", "vgg", "squeeze": the names that the package lpips has for them.
std::string netName(LpipsNet net);
/// "AlexNet", "VGG16", "SqueezeNet".
std::string netTitle(LpipsNet net);

/// What was found; an empty path where it was not.
struct MetricWeights {
    struct Lpips {
        std::filesystem::path trunk; ///< torchvision's network
        std::filesystem::path heads; ///< lpips' linear layers, one weight a channel
        bool complete() const { return !trunk.empty() && !heads.empty(); }
    };
    std::array<Lpips, kLpipsNets.size()> lpips; ///< by LpipsNet
    std::filesystem::path inception;
    std::vector<std::string> notes; ///< files of folders that are none of these, one sentence each

    const Lpips& of(LpipsNet net) const { return lpips[std::size_t(net)]; }
    /// The first net whose files are all there; AlexNet's, with which the paper measures, before others.
    const LpipsNet* firstNet() const;
};

/// A folder of such files, for all commands and the window.
inline constexpr const char* kMetricWeightsVariable = "SCALEKV_METRIC_WEIGHTS";

/// Looks through files and the top level of folders; where none is given, through the folder that the
/// environment names, if it does. Files are recognised by their tensors, whatever they are called. Throws
/// Error for a path that is not there, a file that was named and is none of these (one sentence that says
/// what would be), and where two different files are the same thing.
MetricWeights findMetricWeights(const std::vector<std::filesystem::path>& given);

/// What a net lacks, with whose it is: "torchvision's alexnet-owt-7be5be79.pth and …"; empty: nothing.
std::string missingFiles(const MetricWeights& weights, LpipsNet net);
/// The same for FID, KID, precision and recall.
std::string missingInception(const MetricWeights& weights);

} // namespace scalekv
