#include "engine/analysis/attention_probe.h"

#include "engine/analysis/head_means.h"
#include "engine/analysis/key_scores.h"
#include "engine/cache/query_sample.h"
#include "engine/model/simd_rows.h"
#include "scalekv/error.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

namespace scalekv {
namespace {

constexpr std::int64_t kTile = KeyScores::kMostQueries;
constexpr std::int64_t kMapBlockKeys = 256; // of the current map, which may be large

/// What all heads share, on the CPU.
struct Problem {
    at::Tensor queries, history, current; ///< [S, H, ·, D]
    at::Tensor positions;                 ///< [S, H, n] int64, or undefined
    std::vector<std::int64_t> firstToken; ///< of each scale up to the current one, and of the next
    std::vector<std::int64_t> sample;
    std::int64_t top = 0;
    const AttentionProbeOptions& options;

    std::int64_t entries() const { return history.size(2); }
    std::int64_t scales() const { return std::int64_t(firstToken.size()) - 1; }
    bool massOf(std::int64_t sequence) const {
        return options.mass && (options.massSequences == 0 || sequence < options.massSequences);
    }

    /// Which tokens one head's history entries are.
    std::vector<std::int64_t> tokens(std::int64_t s, std::int64_t h) const {
        std::vector<std::int64_t> all(static_cast<std::size_t>(entries()));
        if (positions.defined())
            std::copy_n(positions[s][h].contiguous().const_data_ptr<std::int64_t>(), entries(), all.begin());
        else
            std::iota(all.begin(), all.end(), 0);
        return all;
    }
    /// The first entry of each scale, and the number of entries: they stand in the tokens' order.
    std::vector<std::int64_t> firstEntry(std::int64_t s, std::int64_t h) const {
        const std::vector<std::int64_t> all = tokens(s, h);
        std::vector<std::int64_t> first;
        for (const std::int64_t token : firstToken)
            first.push_back(std::lower_bound(all.begin(), all.end(), token) - all.begin());
        return first;
    }
};

Problem makeProblem(const LayerState& state, std::span<const MapSize> schedule,
                    const AttentionProbeOptions& options) {
    Problem problem{.queries = state.queries,
                    .history = {},
                    .current = state.current.keys,
                    .positions = {},
                    .firstToken = {0},
                    .sample = sampleQueries(state.map, options.queries),
                    .options = options};
    problem.history = state.history.keys.defined() ? state.history.keys : problem.current.narrow(2, 0, 0);
    if (state.positions.defined())
        problem.positions = state.positions.to(at::kLong).expand(
            {problem.queries.size(0), problem.queries.size(1), problem.entries()});
    for (std::int64_t scale = 0; scale <= state.scale; ++scale)
        problem.firstToken.push_back(problem.firstToken.back() + schedule[std::size_t(scale)].tokens());
    problem.top = topCount(options, problem.entries());
    return problem;
}

/// One query's weights over history or current map, relative to the largest score among them.
struct Part {
    rows::RunningSoftmax softmax;
    double weighted = 0; ///< Σ weight · (score − largest), for the entropy

    /// Takes a row of scores; `weights` has room for as many.
    void add(const float* scores, std::int64_t count, float* weights, bool entropy) {
        const double oldMax = softmax.max, oldSum = softmax.sum;
        const float correction = rows::softmaxStep(scores, count, softmax, weights);
        if (!entropy)
            return;
        if (oldSum > 0)
            weighted = double(correction) * (weighted + oldSum * (oldMax - double(softmax.max)));
        weighted += double(rows::weightedDifference(weights, scores, softmax.max, count));
    }
};

/// One query, before history and current map are brought together.
struct Query {
    Part history, current;
    double top = 0;
    std::vector<double> mass;
};

/// Sums over the queries of one sequence and head.
class HeadSums {
public:
    HeadSums(const Problem& problem, std::int64_t sequence)
        : mass_(problem.massOf(sequence) ? problem.scales() : 0, 0.0) {}

    void add(const Query& query, bool entropy) {
        // exp of differences to the larger maximum: neither overflows.
        const bool any = query.history.softmax.sum > 0;
        const double largest =
            any ? std::max(query.history.softmax.max, query.current.softmax.max) : query.current.softmax.max;
        const double before = any ? std::exp(double(query.history.softmax.max) - largest) : 0;
        const double now = std::exp(double(query.current.softmax.max) - largest);
        const double total = before * query.history.softmax.sum + now * query.current.softmax.sum;
        const double current = now * query.current.softmax.sum / total;
        current_ += current;
        top_ += query.top * before / total;
        for (std::size_t scale = 0; scale < query.mass.size(); ++scale)
            mass_[scale] += query.mass[scale] * before / total;
        if (!mass_.empty())
            mass_.back() += current;
        if (!entropy)
            return;
        const auto weighted = [&](const Part& part, double factor) {
            return factor == 0 ? 0.0
                               : factor * (part.weighted +
                                           double(part.softmax.sum) * (double(part.softmax.max) - largest));
        };
        entropy_ +=
            std::log(total) - (weighted(query.history, before) + weighted(query.current, now)) / total;
    }

    double current() const { return current_; }
    double top() const { return top_; }
    double entropy() const { return entropy_; }
    const std::vector<double>& mass() const { return mass_; }

private:
    double current_ = 0, top_ = 0, entropy_ = 0;
    std::vector<double> mass_;
};

/// Works on one head after the other; one a thread.
class HeadProbe {
public:
    explicit HeadProbe(const Problem& problem)
        : problem_(problem), scores_(problem.queries.scalar_type(), problem.queries.size(3)),
          history_(std::make_unique_for_overwrite<float[]>(std::size_t(kTile * problem.entries()))),
          weights_(std::size_t(problem.entries())), block_(std::size_t(kTile * kMapBlockKeys)),
          blockWeights_(std::size_t(kMapBlockKeys)) {}

    HeadSums run(std::int64_t s, std::int64_t h) {
        HeadSums sums(problem_, s);
        firstEntry_.clear();
        if (problem_.massOf(s))
            firstEntry_ = problem_.firstEntry(s, h);
        const at::Tensor queries = problem_.queries[s][h], history = problem_.history[s][h],
                         current = problem_.current[s][h];
        const std::span<const std::int64_t> sample = problem_.sample;
        for (std::size_t first = 0; first < sample.size(); first += std::size_t(kTile)) {
            const auto tile = sample.subspan(first, std::min(std::size_t(kTile), sample.size() - first));
            scores_.setQueries(queries, tile);
            std::vector<Query> tileQueries(tile.size());
            readHistory(history, tileQueries);
            readCurrent(current, tileQueries);
            for (const Query& query : tileQueries)
                sums.add(query, problem_.options.entropy);
        }
        return sums;
    }

private:
    void readHistory(const at::Tensor& keys, std::vector<Query>& queries) {
        const std::int64_t entries = problem_.entries();
        if (entries == 0)
            return;
        scores_.scores(keys, 0, entries, history_.get(), entries);
        for (std::size_t q = 0; q < queries.size(); ++q) {
            Query& query = queries[q];
            query.history.add(history_.get() + std::int64_t(q) * entries, entries, weights_.data(),
                              problem_.options.entropy);
            query.top = rows::sumOfLargest(weights_.data(), entries, problem_.top);
            query.mass.clear();
            for (std::size_t scale = 0; scale + 1 < firstEntry_.size(); ++scale)
                query.mass.push_back(double(rows::sum(weights_.data() + firstEntry_[scale],
                                                      firstEntry_[scale + 1] - firstEntry_[scale])));
        }
    }
    void readCurrent(const at::Tensor& keys, std::vector<Query>& queries) {
        for (std::int64_t first = 0; first < keys.size(0); first += kMapBlockKeys) {
            const std::int64_t count = std::min(kMapBlockKeys, keys.size(0) - first);
            scores_.scores(keys, first, count, block_.data(), kMapBlockKeys);
            for (std::size_t q = 0; q < queries.size(); ++q)
                queries[q].current.add(block_.data() + std::int64_t(q) * kMapBlockKeys, count,
                                       blockWeights_.data(), problem_.options.entropy);
        }
    }

    const Problem& problem_;
    KeyScores scores_;
    std::unique_ptr<float[]> history_; ///< [kTile, n]: the largest, so it is not cleared first
    std::vector<float> weights_, block_, blockWeights_;
    std::vector<std::int64_t> firstEntry_; ///< of each scale, for the head at hand; none: no mass is wanted
};

/// The mean over some heads' or sequences' sums, each of `queries` queries.
HeadAttention meanOfSums(const std::vector<const HeadSums*>& sums, const Problem& problem) {
    const double count = double(sums.size()) * double(problem.sample.size());
    HeadAttention mean;
    double top = 0, entropy = 0;
    mean.mass.assign(sums.front()->mass().size(), 0.0); // the first sequence is always among them
    const auto withMass = double(
        std::count_if(sums.begin(), sums.end(), [](const HeadSums* each) { return !each->mass().empty(); }));
    for (const HeadSums* each : sums) {
        mean.current += each->current() / count;
        top += each->top() / count;
        entropy += each->entropy() / count;
        for (std::size_t scale = 0; scale < each->mass().size(); ++scale)
            mean.mass[scale] += each->mass()[scale] / (withMass * double(problem.sample.size()));
    }
    if (problem.entries() > 0)
        mean.top = top;
    if (problem.options.entropy)
        mean.entropy = entropy;
    return mean;
}

/// Head by head, where each has a history of its own.
LayerAttention probeByHead(const LayerState& state, std::span<const MapSize> schedule,
                           const AttentionProbeOptions& options) {
    const auto heads = std::int64_t(state.byHead.size());
    LayerAttention result;
    result.layer = state.layer;
    result.scale = state.scale;
    for (std::int64_t h = 0; h < heads; ++h) {
        LayerAttention one = probeAttention(state.ofHead(h), schedule, options);
        result.queries = one.queries;
        result.history += one.history;
        result.top += one.top;
        result.heads.push_back(std::move(one.heads.front()));
    }
    result.history /= heads;
    result.top /= heads;
    result.mean = meanOf(result.heads);
    return result;
}

} // namespace

void checkProbe(const AttentionProbeOptions& options) {
    if (!(options.topShare > 0 && options.topShare <= 1))
        throw Error("The share of history that counts as the top must be above 0 and at most 1.");
    if (options.queries < 0)
        throw Error("The number of sampled queries must be 0 (all) or more.");
}

std::int64_t topCount(const AttentionProbeOptions& options, std::int64_t history) {
    return std::int64_t(std::ceil(options.topShare * double(history)));
}

LayerAttention probeAttention(const LayerState& state, std::span<const MapSize> schedule,
                              const AttentionProbeOptions& options) {
    checkProbe(options);
    if (!state.queries.is_cpu()) {
        AttentionProbePortable probe(schedule.first(std::size_t(state.scale) + 1), options,
                                     state.queries.device());
        probe.look(state);
        return probe.take().front();
    }
    if (!state.byHead.empty())
        return probeByHead(state, schedule, options);
    const Problem problem = makeProblem(state, schedule, options);
    const std::int64_t sequences = problem.queries.size(0), heads = problem.queries.size(1);

    std::vector<HeadSums> sums(std::size_t(sequences * heads), HeadSums(problem, 0));
    at::parallel_for(0, sequences * heads, 1, [&](std::int64_t begin, std::int64_t end) {
        HeadProbe probe(problem);
        for (std::int64_t i = begin; i < end; ++i)
            sums[std::size_t(i)] = probe.run(i / heads, i % heads);
    });

    LayerAttention result;
    result.layer = state.layer;
    result.scale = state.scale;
    result.history = problem.entries();
    result.top = problem.top;
    result.queries = std::int64_t(problem.sample.size());
    std::vector<const HeadSums*> all;
    for (std::int64_t h = 0; h < heads; ++h) {
        std::vector<const HeadSums*> head;
        for (std::int64_t s = 0; s < sequences; ++s)
            head.push_back(&sums[std::size_t(s * heads + h)]);
        result.heads.push_back(meanOfSums(head, problem));
        all.insert(all.end(), head.begin(), head.end());
    }
    result.mean = meanOfSums(all, problem);
    return result;
}

} // namespace scalekv
