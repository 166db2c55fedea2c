#include "scalekv/metric_weights.h"

#include "engine/io/fingerprint.h"
#include "engine/io/folder.h"
#include "engine/io/printable.h"
#include "engine/study/metrics/inception.h"
#include "engine/study/metrics/lpips_network.h"
#include "scalekv/error.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

/// Where people have a trunk from.
const char* trunkFile(LpipsNet net) {
    switch (net) {
    case LpipsNet::Alex:
        return "torchvision's alexnet-owt-7be5be79.pth";
    case LpipsNet::Vgg:
        return "torchvision's vgg16-397923af.pth";
    case LpipsNet::Squeeze:
        return "torchvision's squeezenet1_1-b8a52dc0.pth";
    }
    return "";
}

constexpr const char* kInceptionFile = "pytorch-fid's pt_inception-2015-12-05-6726825d.pth";
constexpr const char* kWhatWouldBe =
    "torchvision's AlexNet, VGG16 or SqueezeNet 1.1, the heads of the package "
    "lpips, and the Inception of pytorch-fid";

/// What checkpoints are called.
bool isWeightsName(const fs::path& path) {
    const std::string ending = path.extension().string();
    return ending == ".pth" || ending == ".pt" || ending == ".bin" || ending == ".safetensors";
}

/// Keeps `file` in `place`. The same weights twice are no matter; others cannot be chosen between.
void keep(fs::path& place, const fs::path& file, const std::string& what) {
    if (!place.empty() && fingerprint(Checkpoint::open(place), "") != fingerprint(Checkpoint::open(file), ""))
        throw Error(pathText(place) + " and " + pathText(file) + " are both " + what +
                    ", and differ; name one of them.");
    if (place.empty())
        place = file;
}

/// Whether the file is one that is looked for.
bool recognise(const Checkpoint& checkpoint, MetricWeights& found) {
    const fs::path& file = checkpoint.path();
    for (const LpipsNet net : kLpipsNets) {
        MetricWeights::Lpips& lpips = found.lpips[std::size_t(net)];
        if (looksLikeTrunk(checkpoint, net)) {
            keep(lpips.trunk, file, netTitle(net) + "'s features");
            return true;
        }
        if (looksLikeHeads(checkpoint, net)) {
            keep(lpips.heads, file, "the heads of LPIPS with " + netTitle(net));
            return true;
        }
    }
    if (Inception::looksLike(checkpoint)) {
        keep(found.inception, file, "the Inception of FID");
        return true;
    }
    return false;
}

void searchFolder(const fs::path& folder, MetricWeights& found) {
    std::string others;
    for (const fs::path& file : entriesOf(folder)) {
        std::error_code problem; // a link in a circle
        if (!isWeightsName(file) || fs::is_directory(file, problem))
            continue;
        std::optional<Checkpoint> checkpoint;
        try {
            checkpoint = Checkpoint::open(file);
        } catch (const Error& error) {
            found.notes.emplace_back(error.what());
            continue;
        }
        if (!recognise(*checkpoint, found))
            others += (others.empty() ? "" : ", ") + printable(file.filename().string());
    }
    if (!others.empty())
        found.notes.push_back(pathText(folder) + ": these are none of the metrics' networks: " + others +
                              ".");
}

std::vector<fs::path> pathsToSearch(const std::vector<fs::path>& given) {
    const char* named = std::getenv(kMetricWeightsVariable); // NOLINT(concurrency-mt-unsafe)
    if (!given.empty() || named == nullptr || *named == '\0')
        return given;
    return {named};
}

} // namespace

std::string netName(LpipsNet net) {
    constexpr std::array names{"alex", "vgg", "squeeze"};
    return names[std::size_t(net)];
}

std::string netTitle(LpipsNet net) {
    constexpr std::array titles{"AlexNet", "VGG16", "SqueezeNet"};
    return titles[std::size_t(net)];
}

const LpipsNet* MetricWeights::firstNet() const {
    const auto* found = std::find_if(kLpipsNets.begin(), kLpipsNets.end(),
                                     [this](LpipsNet net) { return of(net).complete(); });
    return found == kLpipsNets.end() ? nullptr : found;
}

MetricWeights findMetricWeights(const std::vector<fs::path>& given) {
    MetricWeights found;
    for (const fs::path& path : pathsToSearch(given)) {
        std::error_code error;
        if (fs::is_directory(path, error))
            searchFolder(path, found);
        else if (!recognise(Checkpoint::open(path), found))
            throw Error(pathText(path) +
                        ": is none of the metrics' networks; these are known: " + kWhatWouldBe + ".");
    }
    return found;
}

std::string missingFiles(const MetricWeights& weights, LpipsNet net) {
    std::string missing = weights.of(net).trunk.empty() ? trunkFile(net) : "";
    if (weights.of(net).heads.empty())
        missing += (missing.empty() ? "" : " and ") + std::string("the package lpips' weights/v0.1/") +
                   netName(net) + ".pth";
    return missing;
}

std::string missingInception(const MetricWeights& weights) {
    return weights.inception.empty() ? kInceptionFile : "";
}

} // namespace scalekv
