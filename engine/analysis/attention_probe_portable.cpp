#include "engine/analysis/attention_probe.h"
#include "engine/cache/query_sample.h"

#include <ATen/ATen.h>

#include <cmath>

namespace scalekv {
namespace {

at::Tensor onDevice(const std::vector<std::int64_t>& values, at::Device device) {
    return at::tensor(at::ArrayRef<std::int64_t>(values), at::kLong).to(device);
}

/// Sums over sampled queries, [S, H, 3 + scales]: of the current map, of the top, of the entropy, of each
/// scale's mass.
at::Tensor sumsOf(const at::Tensor& weights, std::int64_t entries, std::int64_t top,
                  const at::Tensor& scaleOfEntry, std::int64_t scales) {
    const at::Tensor before = weights.narrow(3, 0, entries);
    const at::Tensor current = weights.narrow(3, entries, weights.size(3) - entries).sum({2, 3}).unsqueeze(2);
    const at::Tensor best = top > 0 ? std::get<0>(before.topk(top, -1, true, false)).sum({2, 3}).unsqueeze(2)
                                    : at::zeros_like(current);
    const at::Tensor entropy = at::xlogy(weights, weights).neg_().sum({2, 3}).unsqueeze(2);
    at::Tensor mass = at::zeros({weights.size(0), weights.size(1), scales}, weights.options());
    mass.scatter_add_(2, scaleOfEntry, before.sum(2));
    mass.narrow(2, scales - 1, 1).add_(current);
    return at::cat({current, best, entropy, mass}, 2);
}

} // namespace

LayerAttention probeAttentionPortable(const LayerState& state, std::span<const MapSize> schedule,
                                      const AttentionProbeOptions& options) {
    constexpr std::int64_t kTile = 32;
    const at::Device device = state.queries.device();
    const std::int64_t sequences = state.queries.size(0), heads = state.queries.size(1);
    const std::int64_t entries = state.history.keys.defined() ? state.history.tokens() : 0;
    const std::int64_t scales = state.scale + 1;
    const std::vector<std::int64_t> sample = sampleQueries(state.map, options.queries);
    const auto top = std::int64_t(std::ceil(options.topShare * double(entries)));

    // Which scale each entry of the history is of: the number of scales that end at or before its token.
    std::vector<std::int64_t> ends;
    for (std::int64_t scale = 0; scale < scales; ++scale)
        ends.push_back((ends.empty() ? 0 : ends.back()) + schedule[std::size_t(scale)].tokens());
    const at::Tensor tokens = state.positions.defined()
                                  ? state.positions.to(at::kLong)
                                  : at::arange(entries, state.queries.options().dtype(at::kLong));
    const at::Tensor scaleOfEntry = at::bucketize(tokens.contiguous(), onDevice(ends, device), false, true)
                                        .expand({sequences, heads, entries});

    at::Tensor keys = state.joined.keys.defined() ? state.joined.keys
                      : entries > 0               ? at::cat({state.history.keys, state.current.keys}, 2)
                                                  : state.current.keys;
    keys = keys.to(at::kFloat);
    const at::Tensor queries = state.queries.index_select(2, onDevice(sample, device)).to(at::kFloat);
    at::Tensor sums;
    for (std::int64_t first = 0; first < queries.size(2); first += kTile) {
        const at::Tensor tile = queries.narrow(2, first, std::min(kTile, queries.size(2) - first));
        const at::Tensor weights = at::matmul(tile, keys.transpose(2, 3)).softmax(-1);
        const at::Tensor more = sumsOf(weights, entries, top, scaleOfEntry, scales);
        sums = sums.defined() ? sums + more : more;
    }
    sums = sums.to(at::kCPU).to(at::kDouble) / double(sample.size());
    const std::int64_t massed =
        options.massSequences == 0 ? sequences : std::min(sequences, options.massSequences);

    const auto meanOf = [&](const at::Tensor& mean) { // [3 + scales]
        const auto* number = mean.const_data_ptr<double>();
        HeadAttention head;
        head.current = number[0];
        if (entries > 0)
            head.top = number[1];
        if (options.entropy)
            head.entropy = number[2];
        if (options.mass)
            head.mass.assign(number + 3, number + 3 + scales);
        return head;
    };
    LayerAttention result;
    result.layer = state.layer;
    result.scale = state.scale;
    result.history = entries;
    result.top = top;
    result.queries = std::int64_t(sample.size());
    // [H, 3 + scales]
    const at::Tensor means =
        at::cat({sums.narrow(2, 0, 3).mean(0), sums.narrow(2, 3, scales).narrow(0, 0, massed).mean(0)}, 1)
            .contiguous();
    for (std::int64_t h = 0; h < heads; ++h)
        result.heads.push_back(meanOf(means[h]));
    result.mean = meanOf(means.mean(0).contiguous());
    return result;
}

} // namespace scalekv
