#include "engine/cache/token_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scalekv {
namespace {

/// [w, D] against [n, D] → [w, n] fp32
void scoresInto(const at::Tensor& out, const at::Tensor& queries, const at::Tensor& keys, double scale) {
    if (keys.size(0) > 0)
        out.copy_(at::matmul(queries, keys.to(at::kFloat).t()).mul_(scale));
}

/// Numbers in all keys up to which all heads are done at once: below, calls cost more than products.
constexpr std::int64_t kSmall = 1 << 20;

} // namespace

std::vector<std::int64_t> patchCentroids(MapSize map, int side) {
    const auto middles = [side](int length) {
        std::vector<int> result;
        const int patches = std::min(side, length);
        result.reserve(std::size_t(patches));
        for (int p = 0; p < patches; ++p)
            result.push_back((p * length / patches + (p + 1) * length / patches - 1) / 2);
        return result;
    };
    std::vector<std::int64_t> window;
    for (const int row : middles(map.height))
        for (const int column : middles(map.width))
            window.push_back(std::int64_t(row) * map.width + column);
    return window;
}

std::vector<std::int64_t> releasedMiddles(MapSize map, int size) {
    std::vector<std::int64_t> middles;
    const int side = static_cast<int>(std::lround(std::sqrt(size)));
    if (side * side != size || map.height != map.width || map.height < side)
        return middles;
    const int patch = map.height / side;
    for (int i = 0; i < side; ++i)
        for (int j = 0; j < side; ++j)
            middles.push_back((std::int64_t(i) * patch + (patch - 1) / 2) * map.width +
                              std::int64_t(j) * patch + (patch - 1) / 2);
    return middles;
}

at::Tensor windowScoresPortable(const at::Tensor& queries, const LayerState& state, double scale,
                                bool softmax) {
    const at::Tensor keys =
        (state.joined.keys.defined() ? state.joined.keys
                                     : at::cat({state.history.keys, state.current.keys}, 2))
            .to(at::kFloat);
    const at::Tensor scores = at::matmul(queries.to(at::kFloat), keys.transpose(2, 3)).mul_(scale);
    return (softmax ? scores.softmax(-1) : scores).sum(2);
}

at::Tensor windowScores(const at::Tensor& queries, const LayerState& state, double scale, bool softmax) {
    const std::int64_t sequences = queries.size(0);
    const std::int64_t heads = queries.size(1);
    const std::int64_t history = state.history.tokens();
    const std::int64_t current = state.current.tokens();
    if (!queries.is_cpu() || sequences * heads * (history + current) * queries.size(3) <= kSmall)
        return windowScoresPortable(queries, state, scale, softmax);
    at::Tensor sums = at::empty({sequences, heads, history + current}, queries.options().dtype(at::kFloat));
    const auto oneHead = [&](std::int64_t s, std::int64_t h) {
        const at::Tensor q = queries[s][h].to(at::kFloat);
        at::Tensor scores = at::empty({q.size(0), history + current}, sums.options());
        scoresInto(scores.narrow(1, 0, history), q, state.history.keys[s][h], scale);
        scoresInto(scores.narrow(1, history, current), q, state.current.keys[s][h], scale);
        at::Tensor out = sums[s][h];
        at::sum_out(out, softmax ? scores.softmax(1) : scores, {0});
    };
    const auto some = [&](std::int64_t begin, std::int64_t end) {
        const c10::InferenceMode inference; // a setting of each thread
        for (std::int64_t i = begin; i < end; ++i)
            oneHead(i / heads, i % heads);
    };
    at::parallel_for(0, sequences * heads, 1, some);
    return sums;
}

at::Tensor averagePool(const at::Tensor& scores, std::int64_t kernel) {
    return at::avg_pool1d(scores.flatten(0, 1).unsqueeze(1), {kernel}, {1}, {kernel / 2}, false, false)
        .view(scores.sizes());
}

at::Tensor maxPool(const at::Tensor& scores, std::int64_t kernel) {
    return at::max_pool1d(scores.flatten(0, 1).unsqueeze(1), {kernel}, {1}, {kernel / 2})
        .view(scores.sizes());
}

at::Tensor bestWithWindow(const at::Tensor& scores, const at::Tensor& window, std::int64_t keep) {
    const std::int64_t size = std::min(window.size(0), keep);
    const at::Tensor always = window.narrow(0, 0, size).expand({scores.size(0), scores.size(1), size});
    const at::Tensor others = scores.scatter(2, always, -std::numeric_limits<double>::infinity());
    const at::Tensor best = std::get<1>(others.topk(keep - size, -1));
    return std::get<0>(at::cat({best, always}, -1).sort(-1));
}

} // namespace scalekv
