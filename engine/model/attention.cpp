#include "engine/model/attention.h"

#include "engine/model/attention_blocks.h"
#include "engine/model/simd_rows.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <vector>

namespace scalekv {
namespace {

// A task is kTaskQueries queries of one head. It walks over the keys in blocks; a block is packed once and
// met by every tile of queries. Sizes chosen so that packed block, scores, weights and accumulators of a task
// stay within a 1 MiB second-level cache.
constexpr std::int64_t kTaskQueries = 512;
constexpr std::int64_t kTileQueries = 64;
constexpr std::int64_t kBlockKeys = 256;

struct Problem {
    std::int64_t sequences, heads, length, dim;
    float scale;
};

template <typename T>
const T* row(const at::Tensor& t, std::int64_t s, std::int64_t h, std::int64_t i) {
    return static_cast<const T*>(t.const_data_ptr()) + s * t.stride(0) + h * t.stride(1) + i * t.stride(2);
}

/// One head's queries [first, first + count) against all keys, which are those of `keyHead` in the stretches.
template <typename Blocks>
void runTask(Blocks& blocks, const Problem& problem, const at::Tensor& queries,
             std::span<const KeyValues> stretches, std::int64_t keyHead, at::Tensor& out, std::int64_t s,
             std::int64_t h, std::int64_t first, std::int64_t count) {
    using T = typename Blocks::Value;
    const std::int64_t dim = problem.dim;
    std::vector<float> accumulated(std::size_t(count * dim), 0.0F);
    std::vector<rows::RunningSoftmax> softmax(static_cast<std::size_t>(count));

    for (const KeyValues& stretch : stretches) {
        for (std::int64_t key = 0; key < stretch.tokens(); key += kBlockKeys) {
            const std::int64_t keys = std::min(kBlockKeys, stretch.tokens() - key);
            blocks.pack(row<T>(stretch.keys, s, keyHead, key), stretch.keys.stride(2),
                        row<T>(stretch.values, s, keyHead, key), stretch.values.stride(2), keys);
            for (std::int64_t tile = 0; tile < count; tile += kTileQueries) {
                const std::int64_t tileRows = std::min(kTileQueries, count - tile);
                const float* scores = blocks.scores(row<T>(queries, s, h, first + tile), queries.stride(2),
                                                    tileRows, problem.scale);
                for (std::int64_t i = 0; i < tileRows; ++i) {
                    float* sums = accumulated.data() + (tile + i) * dim;
                    const float correction =
                        rows::softmaxStep(scores + i * blocks.stride(), keys, softmax[std::size_t(tile + i)],
                                          blocks.weights(i));
                    if (correction != 1.0F)
                        rows::scale(sums, correction, dim);
                }
                blocks.addWeightedValues(tileRows, accumulated.data() + tile * dim);
            }
        }
    }
    T* outRows = static_cast<T*>(out.mutable_data_ptr()) + s * out.stride(0) + h * out.stride(2);
    for (std::int64_t i = 0; i < count; ++i)
        rows::store(accumulated.data() + i * dim, 1.0F / softmax[std::size_t(i)].sum,
                    outRows + (first + i) * out.stride(1), dim);
}

struct Tasks {
    explicit Tasks(const Problem& problem)
        : aHead((problem.length + kTaskQueries - 1) / kTaskQueries),
          all(problem.sequences * problem.heads * aHead) {}
    std::int64_t aHead, all;
};

Problem problemOf(const at::Tensor& queries, double scale) {
    return {queries.size(0), queries.size(1), queries.size(2), queries.size(3), static_cast<float>(scale)};
}

template <typename Blocks>
void attentionCpu(const at::Tensor& queries, std::span<const KeyValues> stretches, double scale,
                  at::Tensor& out) {
    const Problem problem = problemOf(queries, scale);
    const Tasks tasks(problem);
    at::parallel_for(0, tasks.all, 1, [&](std::int64_t begin, std::int64_t end) {
        Blocks blocks(problem.dim, kTileQueries, kBlockKeys);
        for (std::int64_t task = begin; task < end; ++task) {
            const std::int64_t first = task % tasks.aHead * kTaskQueries;
            const std::int64_t head = task / tasks.aHead, h = head % problem.heads;
            runTask(blocks, problem, queries, stretches, h, out, head / problem.heads, h, first,
                    std::min(kTaskQueries, problem.length - first));
        }
    });
}

/// `byHead`: all that each head reads, [S, 1, n, D]. Who is done with a task takes the next: tasks differ.
template <typename Blocks>
void attentionByHeadCpu(const at::Tensor& queries, std::span<const std::vector<KeyValues>> byHead,
                        double scale, at::Tensor& out) {
    const Problem problem = problemOf(queries, scale);
    const Tasks tasks(problem);
    std::atomic<std::int64_t> next = 0;
    at::parallel_for(0, std::min<std::int64_t>(at::get_num_threads(), tasks.all), 1, [&](auto, auto) {
        Blocks blocks(problem.dim, kTileQueries, kBlockKeys);
        for (std::int64_t task = next++; task < tasks.all; task = next++) {
            const std::int64_t first = task % tasks.aHead * kTaskQueries;
            const std::int64_t head = task / tasks.aHead, h = head % problem.heads;
            runTask(blocks, problem, queries, byHead[std::size_t(h)], 0, out, head / problem.heads, h, first,
                    std::min(kTaskQueries, problem.length - first));
        }
    });
}

/// [S, H, n, D] → one head's, [S, 1, n, D].
KeyValues ofHead(const KeyValues& all, std::int64_t head) {
    return {all.keys.narrow(1, head, 1), all.values.narrow(1, head, 1)};
}

/// All that each head reads, one stretch after the other.
std::vector<std::vector<KeyValues>> together(const Attended& attended) {
    std::vector<std::vector<KeyValues>> all(attended.byHead.begin(), attended.byHead.end());
    for (std::size_t h = 0; h < all.size(); ++h)
        for (const KeyValues& stretch : attended.stretches)
            all[h].push_back(ofHead(stretch, std::int64_t(h)));
    return all;
}

/// [S, L, H, D] for queries [S, H, L, D]
at::Tensor emptyFor(const at::Tensor& queries) {
    return at::empty({queries.size(0), queries.size(2), queries.size(1), queries.size(3)}, queries.options());
}

} // namespace

void attention(const at::Tensor& queries, std::span<const KeyValues> stretches, double scale,
               at::Tensor& out) {
    if (!queries.is_cpu())
        out.copy_(attentionPortable(queries, stretches, scale));
    else if (queries.scalar_type() == at::kFloat)
        attentionCpu<FloatBlocks>(queries, stretches, scale, out);
    else if (PackedBFloat16Blocks::supported(queries.size(3)))
        attentionCpu<PackedBFloat16Blocks>(queries, stretches, scale, out);
    else
        attentionCpu<WidenedBFloat16Blocks>(queries, stretches, scale, out);
}

at::Tensor attention(const at::Tensor& queries, std::span<const KeyValues> stretches, double scale) {
    if (!queries.is_cpu())
        return attentionPortable(queries, stretches, scale);
    at::Tensor out = emptyFor(queries);
    attention(queries, stretches, scale, out);
    return out;
}

at::Tensor attentionByHead(const at::Tensor& queries, const Attended& attended, double scale) {
    if (!queries.is_cpu())
        return attentionByHeadPortable(queries, attended, scale);
    const std::vector<std::vector<KeyValues>> byHead = together(attended);
    at::Tensor out = emptyFor(queries);
    if (queries.scalar_type() == at::kFloat)
        attentionByHeadCpu<FloatBlocks>(queries, byHead, scale, out);
    else if (PackedBFloat16Blocks::supported(queries.size(3)))
        attentionByHeadCpu<PackedBFloat16Blocks>(queries, byHead, scale, out);
    else
        attentionByHeadCpu<WidenedBFloat16Blocks>(queries, byHead, scale, out);
    return out;
}

at::Tensor attentionByHeadPortable(const at::Tensor& queries, const Attended& attended, double scale) {
    const std::vector<std::vector<KeyValues>> byHead = together(attended);
    at::Tensor out = emptyFor(queries);
    for (std::int64_t h = 0; h < queries.size(1); ++h)
        out.narrow(2, h, 1).copy_(attentionPortable(queries.narrow(1, h, 1), byHead[std::size_t(h)], scale));
    return out;
}

at::Tensor attentionPortable(const at::Tensor& queries, std::span<const KeyValues> stretches, double scale,
                             const at::Tensor& mask) {
    at::Tensor keys = stretches.front().keys;
    at::Tensor values = stretches.front().values;
    if (stretches.size() > 1) { // a device's cache joins them before: this is for tests and what lies apart
        std::vector<at::Tensor> allKeys;
        std::vector<at::Tensor> allValues;
        for (const KeyValues& stretch : stretches) {
            allKeys.push_back(stretch.keys);
            allValues.push_back(stretch.values);
        }
        keys = at::cat(allKeys, 2);
        values = at::cat(allValues, 2);
    }
    const std::optional<at::Tensor> bias = mask.defined() ? std::optional(mask) : std::nullopt;
    return at::scaled_dot_product_attention(queries, keys, values, bias, 0.0, false, scale)
        .transpose(1, 2)
        .contiguous(); // as flash attention leaves it
}

} // namespace scalekv
