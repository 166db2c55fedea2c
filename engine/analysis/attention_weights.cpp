#include "engine/analysis/attention_weights.h"

#include "engine/analysis/key_scores.h"
#include "engine/model/simd_rows.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace scalekv {

void forEachQuery(const at::Tensor& queries, std::span<const std::int64_t> tokens,
                  std::span<const at::Tensor> keys, double scale,
                  const std::function<void(std::size_t, std::span<const float>)>& visit) {
    constexpr auto kTile = std::size_t(KeyScores::kMostQueries);
    const std::int64_t all =
        std::accumulate(keys.begin(), keys.end(), std::int64_t(0),
                        [](std::int64_t sum, const at::Tensor& stretch) { return sum + stretch.size(0); });
    KeyScores source(queries.scalar_type(), queries.size(1));
    std::vector<float> scores(std::min(kTile, tokens.size()) * std::size_t(all));
    std::vector<float> weights(static_cast<std::size_t>(all));
    for (std::size_t first = 0; first < tokens.size(); first += kTile) {
        const auto tile = tokens.subspan(first, std::min(kTile, tokens.size() - first));
        source.setQueries(queries, tile);
        std::int64_t before = 0;
        for (const at::Tensor& stretch : keys) {
            if (stretch.size(0) > 0)
                source.scores(stretch, 0, stretch.size(0), scores.data() + before, all);
            before += stretch.size(0);
        }
        for (std::size_t q = 0; q < tile.size(); ++q) {
            float* row = scores.data() + q * std::size_t(all);
            if (scale != 1.0)
                rows::scale(row, float(scale), all);
            rows::RunningSoftmax softmax;
            rows::softmaxStep(row, all, softmax, weights.data());
            // The running sum is fp32; over thousands of tokens a sum in double leaves weights that add up
            // to 1.
            const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
            for (float& weight : weights)
                weight = float(double(weight) / sum);
            visit(first + q, weights);
        }
    }
}

} // namespace scalekv
