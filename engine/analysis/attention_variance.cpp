#include "engine/analysis/attention_variance.h"

#include "engine/analysis/attention_weights.h"
#include "engine/cache/query_sample.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>

namespace scalekv {
namespace {

double varianceOf(const at::Tensor& queries, std::span<const std::int64_t> sample,
                  std::span<const at::Tensor> keys) {
    std::vector<double> sums; // over queries, a key
    double squares = 0;
    forEachQuery(queries, sample, keys, 1.0, [&](std::size_t, std::span<const float> weights) {
        sums.resize(weights.size(), 0.0);
        for (std::size_t j = 0; j < weights.size(); ++j) {
            sums[j] += double(weights[j]);
            squares += double(weights[j]) * double(weights[j]);
        }
    });
    const auto count = double(sample.size());
    double ofMeans = 0;
    for (const double sum : sums)
        ofMeans += sum / count * (sum / count);
    return std::max(0.0, squares / count - ofMeans);
}

} // namespace

std::vector<double> attentionVariance(const LayerState& state, std::int64_t queries) {
    const std::vector<std::int64_t> sample = sampleQueries(state.map, queries);
    const at::Tensor of = state.queries[0].cpu(), current = state.current.keys[0].cpu();
    const at::Tensor history =
        state.history.keys.defined() ? state.history.keys[0].cpu() : current.narrow(1, 0, 0);
    std::vector<double> variance(std::size_t(of.size(0)), 0.0);
    at::parallel_for(0, of.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t h = begin; h < end; ++h) {
            const std::array keys{history[h], current[h]};
            variance[std::size_t(h)] = varianceOf(of[h], sample, keys);
        }
    });
    return variance;
}

} // namespace scalekv
