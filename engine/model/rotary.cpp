#include "engine/model/rotary.h"

namespace scalekv {
namespace {

/// [count, headDim / 4] angles of positions spread over `extent`.
at::Tensor angles(std::int64_t count, std::int64_t extent, std::int64_t headDim) {
    const at::Tensor positions =
        at::arange(count).mul(static_cast<double>(extent) / static_cast<double>(count)).round();
    const at::Tensor exponents = at::arange(0, headDim / 2, 2).to(at::kFloat) / (headDim / 2);
    return at::outer(positions, at::pow(10000.0, exponents).reciprocal());
}

} // namespace

RotaryAngles rotaryAngles(MapSize map, MapSize extent, std::int64_t headDim, at::Device device) {
    const std::int64_t quarter = headDim / 4;
    const at::Tensor byRow = angles(map.height, extent.height, headDim).view({map.height, 1, quarter});
    const at::Tensor byColumn = angles(map.width, extent.width, headDim).view({1, map.width, quarter});
    const at::Tensor grid = at::cat({byRow.expand({map.height, map.width, quarter}),
                                     byColumn.expand({map.height, map.width, quarter})},
                                    2)
                                .reshape({map.tokens(), headDim / 2});
    return {grid.cos().to(device), grid.sin().to(device)};
}

} // namespace scalekv
