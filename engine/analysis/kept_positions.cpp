#include "engine/analysis/kept_positions.h"

#include <ATen/ATen.h>

namespace scalekv {

KeptTokens keptTokens(const LayerState& state, std::span<const MapSize> schedule) {
    const std::int64_t heads = state.queries.size(1);
    const std::int64_t tokens = totalTokens(schedule.first(std::size_t(state.scale)));
    if (!state.byHead.empty()) {
        std::vector<std::vector<std::int32_t>> positions;
        for (std::int64_t h = 0; h < heads; ++h) {
            const at::Tensor one = state.positionsByHead[std::size_t(h)][0][0].to(at::kCPU).contiguous();
            const auto* data = one.const_data_ptr<std::int32_t>();
            positions.emplace_back(data, data + one.numel());
        }
        return {tokens, positions};
    }
    if (state.positions.size(2) == tokens)
        return {heads, tokens};
    const at::Tensor first =
        state.positions[0].to(at::kCPU, at::kInt).expand({heads, state.positions.size(2)}).contiguous();
    const auto* data = first.const_data_ptr<std::int32_t>();
    return {heads, tokens, std::vector<std::int32_t>(data, data + first.numel())};
}

} // namespace scalekv
