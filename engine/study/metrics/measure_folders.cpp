#include "engine/io/fingerprint.h"
#include "engine/io/printable.h"
#include "engine/pipeline/device.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/study/metrics/measurer.h"
#include "scalekv/comparison_text.h"

#include <algorithm>
#include <cmath>

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
    for (const LpipsNet net : kLpipsNets)
        if (const std::string missing = missingFiles(options.weights, net); !missing.empty())
            report.notes.push_back("LPIPS with " + netTitle(net) + " needs " + missing + ".");
    if (const std::string missing = missingInception(options.weights); options.sets && !missing.empty())
        report.notes.push_back("FID, KID, precision and recall need " + missing + ".");
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
            others.push_back(picturesIn(folder));
            report.others.emplace_back();
            report.others.back().folder = folder;
            report.others.back().pictures = int(others.back().size());
        }
        std::vector<std::shared_ptr<const Lpips>> nets;
        for (const LpipsNet net : options.nets)
            nets.push_back(Lpips::load(options.weights, net, options.device));
        const bool measuresSets = options.sets && !options.weights.inception.empty();

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
            setExactArithmetic();
            const Checkpoint checkpoint = Checkpoint::open(options.weights.inception);
            const Inception network(checkpoint, deviceFromName(options.device));
            const std::string identity = fingerprint(checkpoint, "");
            const at::Tensor real =
                featuresOf(options.reference, reference, network, identity, context, report);
            for (std::size_t n = 0; n < others.size(); ++n)
                measureSets(real,
                            featuresOf(options.others[n], others[n], network, identity, context, report),
                            context, report.others[n]);
        }
        return report;
    });
}

} // namespace scalekv
