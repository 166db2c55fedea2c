#include "engine/study/metrics/bootstrap.h"
#include "engine/study/metrics/measurer.h"
#include "engine/study/metrics/set_distance.h"

#include <ATen/ATen.h>

namespace scalekv {
namespace {

/// The share of `points` inside the manifold of `centres`; the interval is over the points, for the manifold
/// that there is.
Figure shareInside(const at::Tensor& centres, const at::Tensor& points, const MeasureContext& context) {
    std::vector<double> inside;
    double sum = 0;
    for (const bool is : insideManifold(centres, points, context.stop)) {
        inside.push_back(is ? 1 : 0);
        sum += inside.back();
    }
    return {sum / double(inside.size()), meanInterval(inside, context.options.resamples, context.stop)};
}

} // namespace

void measureSets(const at::Tensor& reference, const at::Tensor& other, const MeasureContext& context,
                 FolderMetrics& result) {
    const FolderMetricsOptions& options = context.options;
    const std::int64_t n = reference.size(0), m = other.size(0);
    if (n < 2 || m < 2)
        return;
    context.clock.begin();
    const std::string name = folderTitle(result.folder);
    std::size_t run = 0;
    const auto fid = [&](const at::Tensor& a, const at::Tensor& b) {
        context.check();
        context.tell("FID of " + name, ++run, std::size_t(options.fidResamples) + 1);
        const double distance = frechetDistance(a, b);
        context.clock.done(kFidWork);
        return distance;
    };
    result.fid = Figure{fid(reference, other)};
    result.fid->interval = setInterval(
        result.fid->value, n, m, options.fidResamples, [&](const at::Tensor& rows, const at::Tensor& others) {
            return fid(reference.index_select(0, rows), other.index_select(0, others));
        });
    context.check();
    context.tell("KID of " + name, 1, 1);
    const double kid = kernelDistance(reference, other, context.stop);
    context.check();
    result.kid = Figure{kid, kernelInterval(kid, reference, other, options.resamples, context.stop)};
    if (n <= kManifoldNeighbours || m <= kManifoldNeighbours)
        return;
    context.check();
    context.tell("precision and recall of " + name, 1, 1);
    result.precision = shareInside(reference, other, context);
    result.recall = shareInside(other, reference, context);
}

} // namespace scalekv
