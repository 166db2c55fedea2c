#include "engine/image/picture_pair.h"
#include "engine/study/metrics/bootstrap.h"
#include "engine/study/metrics/measurer.h"
#include "engine/study/metrics/picture_tensor.h"
#include "engine/study/metrics/read_ahead.h"
#include "scalekv/metrics.h"
#include "scalekv/picture_file.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace scalekv {
namespace {

PairMetrics measured(const std::string& name, const RgbImage& a, const RgbImage& b,
                     const std::vector<std::shared_ptr<const Lpips>>& nets, const std::stop_token& stop) {
    PairMetrics pair;
    pair.name = name;
    pair.width = b.width;
    pair.height = b.height;
    pair.psnr = psnr(a, b);
    if (std::min(b.width, b.height) >= kSsimWindow)
        pair.ssim = ssim(a, b);
    if (std::min(b.width, b.height) >= kSmallestLpips)
        for (const auto& net : nets)
            pair.lpips[std::size_t(net->net())] = net->distance(a, b, stop);
    return pair;
}

/// The mean of a figure over the pairs that have it; none where none has.
std::optional<Figure> meanOf(const std::vector<PairMetrics>& pairs, int resamples,
                             const std::stop_token& stop, const auto& figure) {
    std::vector<double> values;
    for (const PairMetrics& pair : pairs)
        if (const std::optional<double> value = figure(pair))
            values.push_back(*value);
    if (values.empty())
        return {};
    double sum = 0;
    for (const double value : values)
        sum += value;
    return Figure{sum / double(values.size()), meanInterval(values, resamples, stop)};
}

} // namespace

std::size_t picturesAhead() {
    return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
}

void measurePairs(const PicturePaths& reference, const PicturePaths& other,
                  const std::vector<std::shared_ptr<const Lpips>>& nets, const MeasureContext& context,
                  FolderMetrics& result) {
    std::vector<std::string> names;
    for (const auto& [name, path] : reference)
        (other.contains(name) ? names : result.onlyInReference).push_back(name);
    for (const auto& [name, path] : other)
        if (!reference.contains(name))
            result.onlyHere.push_back(name);

    using Two = std::pair<RgbImage, RgbImage>;
    ReadAhead<Two> pictures(names.size(), picturesAhead(), [&](std::size_t n) {
        return Two(readPicture(reference.at(names[n])), readPicture(other.at(names[n])));
    });
    context.clock.begin();
    for (std::size_t n = 0; n < names.size(); ++n) {
        context.check();
        context.tell("pairs of " + folderTitle(result.folder), n + 1, names.size());
        Two two;
        try {
            two = pictures.next();
        } catch (const Error& error) { // one of thousands: it is named, and the others are measured
            result.unreadable.emplace_back(error.what());
            context.clock.done(kPairWork);
            continue;
        }
        if (context.options.realReference)
            two.first = resizedReference(two.first, two.second.width, two.second.height);
        if (two.first.width != two.second.width || two.first.height != two.second.height)
            result.otherSizes.push_back(names[n] + " (" + sizeText(two.first) + " and " +
                                        sizeText(two.second) + ")");
        else
            result.pairs.push_back(measured(names[n], two.first, two.second, nets, context.stop));
        context.clock.done(kPairWork);
    }

    const int resamples = context.options.resamples;
    result.psnr = meanOf(result.pairs, resamples, context.stop,
                         [](const PairMetrics& pair) { return std::optional(pair.psnr); });
    result.ssim =
        meanOf(result.pairs, resamples, context.stop, [](const PairMetrics& pair) { return pair.ssim; });
    for (const LpipsNet net : kLpipsNets)
        result.lpips[std::size_t(net)] =
            meanOf(result.pairs, resamples, context.stop,
                   [net](const PairMetrics& pair) { return pair.lpips[std::size_t(net)]; });
}

} // namespace scalekv
