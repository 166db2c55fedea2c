#include "engine/cache/policies.h"

#include "engine/cache/budgets.h"
#include "engine/cache/token_scores.h"

#include <cmath>
#include <numeric>
#include <stdexcept>

namespace scalekv {
namespace {

constexpr int kPatchSide = 4;
static_assert(kPatchSide * kPatchSide == kObservationWindow);
constexpr std::int64_t kKernel = 5;

at::Tensor range(std::int64_t begin, std::int64_t end, const at::Tensor& like) {
    return at::arange(begin, end, like.options().dtype(at::kLong));
}

at::Tensor indices(const std::vector<std::int64_t>& values, const at::Tensor& like) {
    return at::tensor(at::ArrayRef<std::int64_t>(values)).to(like.device());
}

} // namespace

FullCache::FullCache(std::span<const MapSize> schedule, std::int64_t layers)
    : CachePolicy(CachePlan::full(schedule, layers)) {}

at::Tensor FullCache::select(const LayerState& /*state*/, std::int64_t /*keep*/) const {
    throw std::logic_error("FullCache: asked to evict");
}

at::Tensor RecentTokens::select(const LayerState& state, std::int64_t keep) const {
    const std::int64_t sinks = std::min(sinks_, keep);
    return at::cat({range(0, sinks, state.queries),
                    range(state.entries() - (keep - sinks), state.entries(), state.queries)})
        .view({1, 1, keep});
}

at::Tensor EvenlySpaced::select(const LayerState& state, std::int64_t keep) const {
    std::vector<std::int64_t> entries;
    for (std::int64_t i = 0; i < keep; ++i)
        entries.push_back(i * state.entries() / keep);
    return indices(entries, state.queries).view({1, 1, keep});
}

at::Tensor SnapKv::select(const LayerState& state, std::int64_t keep) const {
    const std::int64_t size = std::min({kObservationWindow, state.current.tokens(), keep});
    const std::int64_t before = state.entries() - size;
    const at::Tensor queries = state.queries.narrow(2, state.queries.size(2) - size, size);
    // Scores in order of position; the window comes last, so the entries before it are pooled among
    // themselves.
    const at::Tensor scores =
        averagePool(windowScores(queries, state, 1.0, true).narrow(2, 0, before).contiguous(), kKernel);
    const at::Tensor best = std::get<0>(std::get<1>(scores.topk(keep - size, -1)).sort(-1));
    const at::Tensor window =
        range(before, state.entries(), state.queries).expand({scores.size(0), scores.size(1), size});
    return at::cat({best, window}, -1);
}

at::Tensor ScaleKv::select(const LayerState& state, std::int64_t keep) const {
    std::vector<std::int64_t> window = patchCentroids(state.map, kPatchSide);
    const at::Tensor queries = state.queries.index_select(2, indices(window, state.queries));
    const at::Tensor scores = averagePool(windowScores(queries, state, 1.0, true), kKernel);
    for (std::int64_t& token : window)
        token += state.history.tokens();
    return bestWithWindow(scores, window, keep);
}

at::Tensor ScaleKvReference::select(const LayerState& state, std::int64_t keep) const {
    const std::int64_t history = state.history.tokens();
    const std::int64_t heads = state.queries.size(1);
    const std::int64_t dim = state.queries.size(3);
    const std::vector<std::int64_t> window = releasedWindow(state.map, history, options_.window);
    std::vector<std::int64_t>
        rows; // of the current map; window entries of the history borrow its first token
    for (const std::int64_t entry : window)
        rows.push_back(std::max<std::int64_t>(0, entry - history));
    const at::Tensor input = state.input.index_select(1, indices(rows, state.input));
    const at::Tensor queries =
        at::linear(input, state.queryWeight).view({input.size(0), -1, heads, dim}).transpose(1, 2);

    at::Tensor scores = windowScores(queries, state, 1.0 / std::sqrt(static_cast<double>(dim)), false);
    const at::Tensor entries = indices(window, scores);
    scores.index_fill_(2, entries, -std::numeric_limits<double>::infinity()); // before pooling, too
    const at::Tensor pooled =
        options_.maxPooling
            ? maxPool(scores, options_.kernel)
            // Zeros beyond the ends count, as in the released code.
            : at::avg_pool1d(scores.flatten(0, 1).unsqueeze(1), {options_.kernel}, {1}, {options_.kernel / 2})
                  .view(scores.sizes());
    return bestWithWindow(pooled, window, keep);
}

} // namespace scalekv
