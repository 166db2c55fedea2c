#include "engine/pipeline/plain_errors.h"
#include "engine/study/metrics/feature_store.h"
#include "engine/study/metrics/measurer.h"
#include "engine/study/metrics/picture_tensor.h"
#include "engine/study/metrics/read_ahead.h"
#include "scalekv/picture_file.h"

#include <ATen/ATen.h>

#include <set>
#include <utility>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

struct ReadPicture {
    fs::path path;
    FileStamp stamp; ///< asked for before the file was read
    RgbImage image;
};

void save(const FeatureStore& store, FolderMetricsReport& report) {
    try {
        store.save();
    } catch (const Error& error) {
        report.notes.push_back(std::string("Features were not kept: ") + error.what());
    }
}

} // namespace

at::Tensor featuresOf(const fs::path& folder, const PicturePaths& pictures, const Inception& network,
                      const std::string& identity, const MeasureContext& context,
                      FolderMetricsReport& report) {
    constexpr std::size_t kBatch = 8;
    FeatureStore store(folder, "inception-" + resizingName(context.options.resizing), identity,
                       kInceptionFeatures);
    at::Tensor features = at::empty({std::int64_t(pictures.size()), kInceptionFeatures});
    std::vector<std::pair<std::int64_t, fs::path>> missing; // row, file
    std::set<std::string> names;
    std::int64_t row = 0;
    for (const auto& [name, path] : pictures) {
        const std::string file = path.filename().string();
        names.insert(file);
        if (const at::Tensor known = store.find(file, stampOf(path)); known.defined())
            features[row].copy_(known);
        else
            missing.emplace_back(row, path);
        ++row;
    }
    store.keepOnly(names);
    report.featuresReused += int(pictures.size() - missing.size());
    context.clock.leaveOut(kFeatureWork, pictures.size() - missing.size());

    ReadAhead<ReadPicture> ahead(missing.size(), picturesAhead(), [&missing](std::size_t n) {
        const fs::path& path = missing[n].second;
        const FileStamp stamp = stampOf(path);
        return ReadPicture{path, stamp, readPicture(path)};
    });
    context.clock.begin();
    std::set<std::int64_t> unreadable; // rows
    try {
        for (std::size_t n = 0; n < missing.size();) {
            std::vector<at::Tensor> inputs;
            std::vector<ReadPicture> read;
            std::vector<std::int64_t> rows; // of those that were read
            for (; n < missing.size() && inputs.size() < kBatch; ++n) {
                context.check();
                context.tell("features of " + folderTitle(folder), n + 1, missing.size());
                try {
                    read.push_back(ahead.next());
                } catch (const Error& error) {
                    report.notes.push_back(std::string(error.what()) + " FID and its like leave it out.");
                    context.clock.done(kFeatureWork);
                    unreadable.insert(missing[n].first);
                    continue;
                }
                rows.push_back(missing[n].first);
                inputs.push_back(
                    inceptionInput(read.back().image, context.options.resizing, network.device()));
                read.back().image = {};
            }
            if (inputs.empty())
                continue;
            const at::Tensor made = network.features(at::cat(inputs), context.stop).to(at::kCPU);
            for (std::size_t k = 0; k < read.size(); ++k) {
                const at::Tensor one = made[std::int64_t(k)];
                features[rows[k]].copy_(one);
                store.keep(read[k].path.filename().string(), read[k].stamp, one);
                context.clock.done(kFeatureWork);
                ++report.featuresMade;
            }
        }
    } catch (...) { // a stop, or a picture that is broken: what is made is not made again
        save(store, report);
        throw;
    }
    save(store, report);
    if (unreadable.empty())
        return features;
    std::vector<std::int64_t> whole;
    for (std::int64_t n = 0; n < features.size(0); ++n)
        if (!unreadable.contains(n))
            whole.push_back(n);
    return features.index_select(0, at::tensor(at::ArrayRef<std::int64_t>(whole), at::kLong));
}

} // namespace scalekv
