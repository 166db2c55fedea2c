#include "engine/cache/token_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scalekv {
namespace {

/// [w, D] against [n, D] → [w, n] fp32
void scoresInto(at::Tensor out, const at::Tensor& queries, const at::Tensor& keys, double scale) {
    if (keys.size(0) > 0)
        out.copy_(at::matmul(queries, keys.to(at::kFloat).t()).mul_(scale));
}

/// Numbers in all keys up to which all heads are done at once: below, calls cost more than products.
constexpr std::int64_t kSmall = 1 << 20;

at::Tensor smallScores(const at::Tensor& queries, const LayerState& state, double scale, bool softmax) {
    const at::Tensor keys = at::cat({state.history.keys, state.current.keys}, 2).to(at::kFloat);
    const at::Tensor scores = at::matmul(queries.to(at::kFloat), keys.transpose(2, 3)).mul_(scale);
    return (softmax ? scores.softmax(-1) : scores).sum(2);
}

} // namespace

std::vector<std::int64_t> patchCentroids(MapSize map, int side) {
    const auto middles = [side](int length) {
        std::vector<int> result;
        const int patches = std::min(side, length);
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

std::vector<std::int64_t> releasedWindow(MapSize map, std::int64_t history, int size) {
    std::vector<std::int64_t> window;
    const int side = static_cast<int>(std::lround(std::sqrt(size)));
    if (side * side == size && map.height == map.width && map.height >= side) {
        const int patch = map.height / side;
        for (int i = 0; i < side; ++i)
            for (int j = 0; j < side; ++j)
                window.push_back(history + std::int64_t(i * patch + (patch - 1) / 2) * map.width + j * patch +
                                 (patch - 1) / 2);
        return window;
    }
    const std::int64_t entries = history + map.tokens();
    for (std::int64_t i = std::max<std::int64_t>(0, entries - size); i < entries; ++i)
        window.push_back(i);
    return window;
}

at::Tensor windowScores(const at::Tensor& queries, const LayerState& state, double scale, bool softmax) {
    const std::int64_t sequences = queries.size(0);
    const std::int64_t heads = queries.size(1);
    const std::int64_t history = state.history.tokens();
    const std::int64_t current = state.current.tokens();
    if (sequences * heads * (history + current) * queries.size(3) <= kSmall)
        return smallScores(queries, state, scale, softmax);
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
    if (queries.is_cpu())
        at::parallel_for(0, sequences * heads, 1, some);
    else
        some(0, sequences * heads);
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

at::Tensor bestWithWindow(const at::Tensor& scores, const std::vector<std::int64_t>& window,
                          std::int64_t keep) {
    const auto size = std::min(std::int64_t(window.size()), keep);
    const at::Tensor always = at::tensor(at::ArrayRef<std::int64_t>(window.data(), std::size_t(size)))
                                  .to(scores.device())
                                  .expand({scores.size(0), scores.size(1), size});
    const at::Tensor others = scores.scatter(2, always, -std::numeric_limits<double>::infinity());
    const at::Tensor best = std::get<1>(others.topk(keep - size, -1));
    return std::get<0>(at::cat({best, always}, -1).sort(-1));
}

} // namespace scalekv
