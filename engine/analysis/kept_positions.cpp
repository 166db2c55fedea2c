#include "engine/analysis/kept_positions.h"

#include <ATen/ATen.h>

namespace scalekv {

KeptPositions keptPositions(const LayerState& state, std::span<const MapSize> schedule) {
    KeptPositions kept{.heads = state.queries.size(1),
                       .tokens = totalTokens(schedule.first(std::size_t(state.scale))),
                       .byHead = {}};
    if (!state.byHead.empty()) {
        for (const at::Tensor& head : state.positionsByHead)
            kept.byHead.push_back(head[0][0]);
    } else if (state.positions.size(2) != kept.tokens) {
        const at::Tensor first = state.positions[0].expand({kept.heads, state.positions.size(2)});
        for (std::int64_t h = 0; h < kept.heads; ++h)
            kept.byHead.push_back(first[h]);
    }
    return kept;
}

std::vector<KeptTokens> keptTokens(std::span<const KeptPositions> layers) {
    std::vector<at::Tensor> all;
    for (const KeptPositions& layer : layers)
        all.insert(all.end(), layer.byHead.begin(), layer.byHead.end());
    const at::Tensor here = all.empty() ? at::Tensor() : at::cat(all).to(at::kCPU, at::kInt).contiguous();
    const auto* next = here.defined() ? here.const_data_ptr<std::int32_t>() : nullptr;
    std::vector<KeptTokens> kept;
    for (const KeptPositions& layer : layers) {
        std::vector<std::vector<std::int32_t>> positions;
        for (const at::Tensor& head : layer.byHead) {
            positions.emplace_back(next, next + head.numel());
            next += head.numel();
        }
        kept.push_back(positions.empty() ? KeptTokens(layer.heads, layer.tokens)
                                         : KeptTokens(layer.tokens, positions));
    }
    return kept;
}

KeptTokens keptTokens(const LayerState& state, std::span<const MapSize> schedule) {
    const KeptPositions one[] = {keptPositions(state, schedule)};
    return keptTokens(one).front();
}

} // namespace scalekv
