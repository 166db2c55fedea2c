#include "engine/cache/policies.h"

#include "engine/cache/budgets.h"
#include "engine/cache/query_sample.h"
#include "engine/cache/token_scores.h"
#include "engine/device/products.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace scalekv {
namespace {

constexpr int kPatchSide = 4;
static_assert(std::int64_t(kPatchSide) * kPatchSide == kObservationWindow);
constexpr std::int64_t kKernel = 5;

/// HeadKinds::attention per token: [scale, layer, head, source] fp32; 0 where the source comes later.
at::Tensor attentionPerToken(std::span<const MapSize> schedule, const HeadKinds& kinds) {
    const auto scales = std::int64_t(schedule.size());
    at::Tensor table = at::zeros({scales, kinds.layers(), kinds.heads(), scales}, at::kFloat);
    auto* out = table.mutable_data_ptr<float>();
    for (std::int64_t scale = 0; scale < scales; ++scale)
        for (std::int64_t layer = 0; layer < kinds.layers(); ++layer)
            for (std::int64_t head = 0; head < kinds.heads(); ++head, out += scales)
                for (std::int64_t source = 0; source <= scale; ++source)
                    out[source] = float(kinds.attended(scale, source, layer, head) /
                                        double(schedule[std::size_t(source)].tokens()));
    return table;
}

/// [S, H, n, D] → [S, H, n] fp32
at::Tensor lengths(const at::Tensor& vectors) {
    return at::linalg_vector_norm(vectors, 2, at::IntArrayRef{-1}, false, at::kFloat);
}

at::Tensor range(std::int64_t begin, std::int64_t end, const at::Tensor& like) {
    return at::arange(begin, end, like.options().dtype(at::kLong));
}

} // namespace

at::Tensor CachePolicy::windowOf(const LayerState& state) const {
    if (state.window.defined())
        return state.window;
    const std::vector<std::int64_t> tokens = window(state.map);
    return at::tensor(at::ArrayRef<std::int64_t>(tokens), at::kLong).to(state.queries.device());
}

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
    return range(0, keep, state.queries).mul_(state.entries()).floor_divide_(keep).view({1, 1, keep});
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

std::vector<std::int64_t> ScaleKv::window(MapSize map) const {
    return patchCentroids(map, kPatchSide);
}

at::Tensor ScaleKv::select(const LayerState& state, std::int64_t keep) const {
    const at::Tensor centroids = windowOf(state);
    const at::Tensor queries = state.queries.index_select(2, centroids);
    const at::Tensor scores = averagePool(windowScores(queries, state, 1.0, true), kKernel);
    return bestWithWindow(scores, centroids + state.history.tokens(), keep);
}

std::vector<std::int64_t> ScaleKvReference::window(MapSize map) const {
    return releasedMiddles(map, options_.window);
}

at::Tensor ScaleKvReference::select(const LayerState& state, std::int64_t keep) const {
    const std::int64_t history = state.history.tokens();
    const std::int64_t heads = state.queries.size(1);
    const std::int64_t dim = state.queries.size(3);
    at::Tensor rows = windowOf(state); // of the current map
    at::Tensor window;                 // the same among all entries
    if (rows.numel() > 0) {
        window = rows + history;
    } else { // the most recent; those of the history borrow the map's first token
        window = range(std::max<std::int64_t>(0, state.entries() - options_.window), state.entries(),
                       state.queries);
        rows = (window - history).clamp_min_(0);
    }
    const at::Tensor input = state.input.index_select(1, rows);
    const at::Tensor queries =
        affine(input, state.queryWeight).view({input.size(0), -1, heads, dim}).transpose(1, 2);

    at::Tensor scores = windowScores(queries, state, 1.0 / std::sqrt(static_cast<double>(dim)), false);
    scores.index_fill_(2, window, -std::numeric_limits<double>::infinity()); // before pooling, too
    const at::Tensor pooled =
        options_.maxPooling
            ? maxPool(scores, options_.kernel)
            // Zeros beyond the ends count, as in the released code.
            : at::avg_pool1d(scores.flatten(0, 1).unsqueeze(1), {options_.kernel}, {1}, {options_.kernel / 2})
                  .view(scores.sizes());
    return bestWithWindow(pooled, window, keep);
}

HeatKv::HeatKv(std::span<const MapSize> schedule, const HeadOrders& orders,
               std::span<const std::int64_t> sequences, double budget)
    : CachePolicy(CachePlan::ofSegments(schedule, SegmentSchedule(schedule, orders, sequences, budget))) {}

at::Tensor HeatKv::select(const LayerState& /*state*/, std::int64_t /*keep*/) const {
    throw std::logic_error("HeatKv: asked to choose, where a schedule decides");
}

Hack::Hack(const BudgetTerms& terms, const HeadKinds& kinds)
    : CachePolicy(CachePlan::ofKinds(terms.schedule, kindPlan(terms, kinds))),
      expected_(attentionPerToken(terms.schedule, kinds)) {}

std::vector<std::int64_t> Hack::window(MapSize map) const {
    constexpr std::int64_t kQueries = 32;
    return sampleQueries(map, kQueries);
}

at::Tensor Hack::select(const LayerState& state, std::int64_t keep) const {
    at::Tensor scores;
    if (plan().kinds()->isContextual(state.layer, state.head)) {
        const at::Tensor queries = state.queries.index_select(2, windowOf(state));
        scores = maxPool(windowScores(queries, state, 1.0, true), kKernel);
    } else {
        scores = at::cat({lengths(state.history.values), lengths(state.current.values)}, 2);
        scores.mul_(state.expected.index_select(0, state.sources.flatten()).view(state.sources.sizes()));
    }
    return std::get<0>(std::get<1>(scores.topk(keep, -1)).sort(-1));
}

at::Tensor Spectral::select(const LayerState& /*state*/, std::int64_t /*keep*/) const {
    throw std::logic_error("Spectral: asked to choose, where everything stays");
}

} // namespace scalekv
