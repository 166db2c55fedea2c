#include "engine/io/fingerprint.h"
#include "engine/io/printable.h"
#include "engine/pipeline/device.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/study/metrics/measurer.h"
#include "engine/study/metrics/set_distance.h"
#include "engine/study/sampling/manifest.h"
#include "scalekv/comparison_text.h"
#include "scalekv/metrics.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

/// Seconds a pair at 1024 × 1024 on two processors, until it is known.
double guessedPair(const std::vector<LpipsNet>& nets) {
    double seconds = 0.1;
    for (const LpipsNet net : nets)
        seconds += net == LpipsNet::Vgg ? 12 : 0.5;
    return seconds;
}

double guessedFid(std::size_t pictures) {
    return 12 * std::pow(double(std::min<std::size_t>(pictures, kInceptionFeatures)) / kInceptionFeatures, 3);
}

void sayWhatIsMissing(const FolderMetricsOptions& options, FolderMetricsReport& report) {
    report.notes = options.weights.notes;
    // Who has one net, or named some, knows of the others.
    if (options.nets.empty())
        report.missing.push_back("LPIPS needs " + missingFiles(options.weights, LpipsNet::Alex) +
                                 ", or the files of VGG16 or SqueezeNet.");
    if (const std::string missing = missingInception(options.weights); options.sets && !missing.empty())
        report.missing.push_back("FID, KID, precision and recall need " + missing + ".");
}

/// What has no figure, since its pictures are too small or too few.
void saySmall(FolderMetricsReport& report) {
    const bool hasSets = report.networks.contains("inception");
    for (const FolderMetrics& folder : report.others) {
        const std::string here = folderTitle(folder.folder) + ": ";
        const auto small = [&](const auto& figure) {
            return std::count_if(folder.pairs.begin(), folder.pairs.end(),
                                 [&](const PairMetrics& pair) { return !figure(pair); });
        };
        if (const auto count = small([](const PairMetrics& pair) { return pair.ssim.has_value(); });
            count > 0)
            report.notes.push_back(here + std::to_string(count) + " of the pairs are too small for SSIM (" +
                                   std::to_string(kSsimWindow) + " pixels).");
        if (!report.options.nets.empty())
            if (const auto count = small([&](const PairMetrics& pair) {
                    return pair.lpips[std::size_t(report.options.nets.front())].has_value();
                });
                count > 0)
                report.notes.push_back(here + std::to_string(count) +
                                       " of the pairs are too small for LPIPS (" +
                                       std::to_string(kSmallestLpips) + " pixels).");
        if (hasSets && !folder.fid)
            report.notes.push_back(here + "FID and KID need two pictures in each folder.");
        const int fewest = std::min(report.referencePictures, folder.pictures);
        if (folder.fid && fewest < int(kInceptionFeatures))
            report.notes.push_back(here + "FID of " + std::to_string(fewest) +
                                   " pictures is biased (fewer than its " +
                                   std::to_string(kInceptionFeatures) +
                                   " features): compare it only with that of sets as large.");
        if (hasSets && !folder.precision)
            report.notes.push_back(here + "precision and recall need " +
                                   std::to_string(kManifoldNeighbours + 1) + " pictures in each folder.");
    }
}

/// Two sets that scalekv sampled belong together where their manifests say the same captions and seeds.
void sayOtherCaptions(FolderMetricsReport& report) {
    const auto setOf = [](const fs::path& folder) -> std::optional<PictureSet> {
        try {
            if (const auto manifest = readManifest(folder))
                return manifest->set;
        } catch (const Error&) { // another program's, perhaps
        }
        return {};
    };
    const std::optional<PictureSet> reference = setOf(report.options.reference);
    for (const FolderMetrics& folder : report.others) {
        const std::optional<PictureSet> set = reference ? setOf(folder.folder) : std::nullopt;
        if (!set)
            continue;
        std::size_t differing = 0;
        const std::size_t common = std::min(set->prompts.size(), reference->prompts.size());
        for (std::size_t i = 0; i < common; ++i)
            differing += set->prompts[i] != reference->prompts[i] || set->firstSeed != reference->firstSeed;
        if (differing > 0)
            report.notes.push_back(
                folderTitle(folder.folder) + ": " + std::to_string(differing) +
                " of its pictures have another caption or seed than those of the same name in " +
                folderTitle(report.options.reference) + ", as the manifests say; their pairs mean nothing.");
    }
}

} // namespace

std::string resizingName(FeatureResizing resizing) {
    return resizing == FeatureResizing::Clean ? "clean" : "pytorch";
}

FolderMetricsReport measureFolders(const FolderMetricsOptions& options, const std::string& version,
                                   const FolderMetricsProgress& progress, std::stop_token stop) {
    return withPlainErrors([&] {
        FolderMetricsReport report;
        report.options = options;
        report.program = programName(version);
        sayWhatIsMissing(options, report);

        const PicturePaths reference = picturesIn(options.reference);
        report.referencePictures = int(reference.size());
        std::vector<PicturePaths> others;
        for (const fs::path& folder : options.others) {
            others.push_back(options.inOrder
                                 ? namedAs(reference, picturesIn(folder), options.reference, folder)
                                 : picturesIn(folder));
            report.others.emplace_back();
            report.others.back().folder = folder;
            report.others.back().pictures = int(others.back().size());
        }
        sayOtherCaptions(report);
        std::vector<std::shared_ptr<const Lpips>> nets;
        for (const LpipsNet net : options.nets)
            nets.push_back(Lpips::load(options.weights, net, options.device));
        for (const auto& net : nets)
            report.networks["lpips-" + netName(net->net())] = net->identity();
        // Before hours of pairs: what is wrong with it is said now.
        const at::Device device = deviceFromName(options.device);
        const bool measuresSets = options.sets && !options.weights.inception.empty();
        std::optional<Inception> network;
        std::string identity;
        if (measuresSets) {
            setExactArithmetic();
            const Checkpoint checkpoint = Checkpoint::open(options.weights.inception);
            network.emplace(checkpoint, device);
            identity = fingerprint(checkpoint, "");
            report.networks["inception"] = identity;
        }

        WorkClock clock;
        std::size_t pictures = reference.size();
        for (const PicturePaths& other : others) {
            const auto partners = std::count_if(other.begin(), other.end(), [&reference](const auto& entry) {
                return reference.contains(entry.first);
            });
            clock.expect(kPairWork, std::size_t(partners), guessedPair(options.nets));
            pictures += other.size();
            if (measuresSets)
                clock.expect(kFidWork, std::size_t(options.fidResamples) + 1,
                             guessedFid(std::min(reference.size(), other.size())));
        }
        if (measuresSets)
            clock.expect(kFeatureWork, pictures, 0.15);
        const MeasureContext context{options, clock, progress, stop};

        for (std::size_t n = 0; n < others.size(); ++n)
            measurePairs(reference, others[n], nets, context, report.others[n]);
        if (measuresSets) {
            const at::Tensor real =
                featuresOf(options.reference, reference, *network, identity, context, report);
            for (std::size_t n = 0; n < others.size(); ++n)
                measureSets(real,
                            featuresOf(options.others[n], others[n], *network, identity, context, report),
                            context, report.others[n]);
        }
        saySmall(report);
        return report;
    });
}

} // namespace scalekv
