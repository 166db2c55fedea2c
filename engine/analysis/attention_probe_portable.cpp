#include "engine/analysis/attention_probe.h"
#include "engine/analysis/head_means.h"
#include "engine/cache/query_sample.h"
#include "engine/device/index_lists.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace scalekv {
namespace {

/// Of the current map, of the top, and the entropy; the mass of each scale follows.
constexpr std::int64_t kMeans = 3;

std::int64_t entriesOf(const LayerState& state) {
    return state.history.keys.defined() ? state.history.tokens() : 0;
}

/// Sums over a tile of queries, [S, H, 3 + scales]. `weights` [S, H, tile, entries + L].
at::Tensor sumsOfTile(const at::Tensor& weights, std::int64_t entries, std::int64_t top,
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

AttentionProbePortable::AttentionProbePortable(std::span<const MapSize> schedule,
                                               const AttentionProbeOptions& options, at::Device device)
    : options_(options) {
    checkProbe(options);
    std::vector<std::vector<std::int64_t>> lists;
    std::vector<std::int64_t> ends;
    for (const MapSize& map : schedule) {
        lists.push_back(sampleQueries(map, options.queries));
        queries_.push_back(std::int64_t(lists.back().size()));
        ends.push_back((ends.empty() ? 0 : ends.back()) + map.tokens());
    }
    lists.push_back(std::move(ends));
    samples_ = onDevice(lists, device);
    ends_ = samples_.back();
    samples_.pop_back();
}

at::Tensor AttentionProbePortable::sumsOf(const LayerState& state) const {
    constexpr std::int64_t kTile = 32;
    const std::int64_t sequences = state.queries.size(0), heads = state.queries.size(1);
    const std::int64_t entries = entriesOf(state), top = topCount(options_, entries);
    const std::int64_t scales = state.scale + 1;

    // Which scale each entry of the history is of: the number of scales that end at or before its token.
    const at::Tensor tokens = state.positions.defined()
                                  ? state.positions.to(at::kLong)
                                  : at::arange(entries, state.queries.options().dtype(at::kLong));
    const at::Tensor scaleOfEntry =
        at::bucketize(tokens.contiguous(), ends_.narrow(0, 0, scales), false, true)
            .expand({sequences, heads, entries});

    at::Tensor keys = state.joined.keys.defined() ? state.joined.keys
                      : entries > 0               ? at::cat({state.history.keys, state.current.keys}, 2)
                                                  : state.current.keys;
    keys = keys.to(at::kFloat);
    const at::Tensor queries =
        state.queries.index_select(2, samples_[std::size_t(state.scale)]).to(at::kFloat);
    at::Tensor sums;
    for (std::int64_t first = 0; first < queries.size(2); first += kTile) {
        const at::Tensor tile = queries.narrow(2, first, std::min(kTile, queries.size(2) - first));
        const at::Tensor weights = at::matmul(tile, keys.transpose(2, 3)).softmax(-1);
        const at::Tensor more = sumsOfTile(weights, entries, top, scaleOfEntry, scales);
        sums = sums.defined() ? sums + more : more;
    }
    return sums;
}

void AttentionProbePortable::look(const LayerState& state) {
    Sums layer;
    layer.layer.layer = state.layer;
    layer.layer.scale = state.scale;
    layer.layer.queries = queries_[std::size_t(state.scale)];
    const auto add = [&](const LayerState& heads) {
        layer.entries.insert(layer.entries.end(), std::size_t(heads.queries.size(1)), entriesOf(heads));
        return sumsOf(heads);
    };
    if (state.byHead.empty()) {
        layer.sums = add(state);
    } else {
        std::vector<at::Tensor> heads;
        for (std::int64_t h = 0; h < std::int64_t(state.byHead.size()); ++h)
            heads.push_back(add(state.ofHead(h)));
        layer.sums = at::cat(heads, 1);
    }
    waiting_.push_back(std::move(layer));
}

std::vector<LayerAttention> AttentionProbePortable::take() {
    if (waiting_.empty())
        return {};
    std::vector<at::Tensor> flat;
    std::vector<std::int64_t> sizes;
    for (const Sums& layer : waiting_) {
        flat.push_back(layer.sums.flatten());
        sizes.push_back(layer.sums.numel());
    }
    const std::vector<at::Tensor> here = at::cat(flat).to(at::kCPU).to(at::kDouble).split_with_sizes(sizes);
    std::vector<LayerAttention> found;
    for (std::size_t i = 0; i < here.size(); ++i) {
        const at::Tensor sums = here[i].view(waiting_[i].sums.sizes());
        found.push_back(finished(std::move(waiting_[i]), sums));
    }
    waiting_.clear();
    return found;
}

/// From sums on the CPU, [S, H, 3 + scales] in double.
LayerAttention AttentionProbePortable::finished(Sums layer, const at::Tensor& sums) const {
    LayerAttention result = std::move(layer.layer);
    const std::int64_t sequences = sums.size(0), scales = sums.size(2) - kMeans;
    const std::int64_t massed =
        options_.massSequences == 0 ? sequences : std::min(sequences, options_.massSequences);
    const at::Tensor means = at::cat({sums.narrow(2, 0, kMeans).mean(0),
                                      sums.narrow(2, kMeans, scales).narrow(0, 0, massed).mean(0)},
                                     1)
                                 .div(double(result.queries))
                                 .contiguous(); // [H, 3 + scales]
    for (std::size_t h = 0; h < layer.entries.size(); ++h) {
        const auto* number = means.const_data_ptr<double>() + std::int64_t(h) * means.size(1);
        HeadAttention head;
        head.current = number[0];
        if (layer.entries[h] > 0)
            head.top = number[1];
        if (options_.entropy)
            head.entropy = number[2];
        if (options_.mass)
            head.mass.assign(number + kMeans, number + kMeans + scales);
        result.heads.push_back(std::move(head));
        result.history += layer.entries[h];
        result.top += topCount(options_, layer.entries[h]);
    }
    result.history /= std::int64_t(layer.entries.size());
    result.top /= std::int64_t(layer.entries.size());
    result.mean = meanOf(result.heads);
    return result;
}

} // namespace scalekv
