#include "engine/analysis/attention_maps.h"

#include "engine/analysis/key_scores.h"
#include "engine/model/simd_rows.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace scalekv {
namespace {

constexpr std::int64_t kTile = KeyScores::kMostQueries;
constexpr std::int64_t kBlockKeys = 512;

/// Walks over all keys of a tile of queries, a block at a time.
class KeyWalk {
public:
    KeyWalk(const at::Tensor& history, const at::Tensor& current)
        : history_(history), current_(current), scores_(std::size_t(kTile * kBlockKeys)) {}

    /// visit(first, count, scores): `first` counts history, then current map; rows kBlockKeys apart.
    void run(KeyScores& source, const std::function<void(std::int64_t, std::int64_t, const float*)>& visit) {
        const std::int64_t before = history_.size(0);
        for (const at::Tensor* keys : {&history_, &current_}) {
            for (std::int64_t first = 0; first < keys->size(0); first += kBlockKeys) {
                const std::int64_t count = std::min(kBlockKeys, keys->size(0) - first);
                source.scores(*keys, first, count, scores_.data(), kBlockKeys);
                visit(keys == &current_ ? before + first : first, count, scores_.data());
            }
        }
    }

private:
    const at::Tensor& history_;
    const at::Tensor& current_;
    std::vector<float> scores_;
};

/// Which of `bins` bins each of `count` items belongs to: bin b has items ⌊b·count/bins⌋ up to the next
/// bin's.
std::vector<std::int64_t> binOf(std::int64_t count, std::int64_t bins) {
    std::vector<std::int64_t> bin(static_cast<std::size_t>(count));
    for (std::int64_t b = 0; b < bins; ++b)
        std::fill(bin.begin() + b * count / bins, bin.begin() + (b + 1) * count / bins, b);
    return bin;
}

} // namespace

AttentionMap attentionMap(const AttentionMapChoice& choice, const at::Tensor& queries,
                          const at::Tensor& historyKeys, const at::Tensor& currentKeys,
                          std::span<const std::int64_t> positions, std::int64_t firstToken,
                          std::int64_t largestSide) {
    AttentionMap map;
    map.of = choice;
    map.queries = queries.size(0);
    map.tokens = firstToken + map.queries;
    map.rows = std::min(map.queries, largestSide);
    map.columns = std::min(map.tokens, largestSide);
    const std::vector<std::int64_t> rowOf = binOf(map.queries, map.rows);
    const std::vector<std::int64_t> columnOf = binOf(map.tokens, map.columns);
    std::vector<std::int64_t> tokenOf(positions.begin(), positions.end());
    tokenOf.resize(positions.size() + std::size_t(map.queries));
    std::iota(tokenOf.begin() + std::int64_t(positions.size()), tokenOf.end(), firstToken);
    std::vector<double> sums(std::size_t(map.rows * map.columns), 0.0);
    std::vector<double> received(std::size_t(map.tokens), 0.0);

    KeyScores source(queries.scalar_type(), queries.size(1));
    KeyWalk walk(historyKeys, currentKeys);
    std::vector<std::int64_t> tile;
    std::vector<float> weights(kBlockKeys);
    for (std::int64_t first = 0; first < map.queries; first += kTile) {
        tile.resize(std::size_t(std::min(kTile, map.queries - first)));
        std::iota(tile.begin(), tile.end(), first);
        source.setQueries(queries, tile);
        // Once for the sums, and once more for the weights: cheaper than the memory to keep them.
        std::vector<rows::RunningSoftmax> softmax(tile.size());
        walk.run(source, [&](std::int64_t, std::int64_t count, const float* scores) {
            for (std::size_t q = 0; q < tile.size(); ++q)
                rows::softmaxStep(scores + std::int64_t(q) * kBlockKeys, count, softmax[q], weights.data());
        });
        walk.run(source, [&](std::int64_t firstKey, std::int64_t count, const float* scores) {
            for (std::size_t q = 0; q < tile.size(); ++q) {
                // The largest score is known: this step changes nothing but the weights.
                rows::RunningSoftmax known = softmax[q];
                rows::softmaxStep(scores + std::int64_t(q) * kBlockKeys, count, known, weights.data());
                double* to = sums.data() + rowOf[std::size_t(tile[q])] * map.columns;
                for (std::int64_t i = 0; i < count; ++i) {
                    const std::int64_t token = tokenOf[std::size_t(firstKey + i)];
                    const double weight = double(weights[std::size_t(i)]) / double(softmax[q].sum);
                    to[columnOf[std::size_t(token)]] += weight;
                    received[std::size_t(token)] += weight;
                }
            }
        });
    }

    const auto size = [](std::int64_t bin, std::int64_t count, std::int64_t bins) {
        return (bin + 1) * count / bins - bin * count / bins;
    };
    for (std::int64_t r = 0; r < map.rows; ++r)
        for (std::int64_t c = 0; c < map.columns; ++c)
            map.values.push_back(
                float(sums[std::size_t(r * map.columns + c)] /
                      double(size(r, map.queries, map.rows) * size(c, map.tokens, map.columns))));
    for (const double sum : received)
        map.received.push_back(float(sum / double(map.queries)));
    return map;
}

} // namespace scalekv
