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

/// [h·w, headDim / 2] angles of a map's tokens.
at::Tensor anglesOf(MapSize map, MapSize extent, std::int64_t headDim) {
    const std::int64_t quarter = headDim / 4;
    const at::Tensor byRow = angles(map.height, extent.height, headDim).view({map.height, 1, quarter});
    const at::Tensor byColumn = angles(map.width, extent.width, headDim).view({1, map.width, quarter});
    return at::cat({byRow.expand({map.height, map.width, quarter}),
                    byColumn.expand({map.height, map.width, quarter})},
                   2)
        .reshape({map.tokens(), headDim / 2});
}

} // namespace

RotaryAngles rotaryAngles(MapSize map, MapSize extent, std::int64_t headDim, at::Device device) {
    return rotaryAngles(ScaleSchedule{map}, extent, headDim, device).front();
}

std::vector<RotaryAngles> rotaryAngles(const ScaleSchedule& schedule, MapSize extent, std::int64_t headDim,
                                       at::Device device) {
    std::vector<at::Tensor> grids;
    for (const MapSize& map : schedule)
        grids.push_back(anglesOf(map, extent, headDim));
    const at::Tensor all = at::cat(grids);
    const at::Tensor both = at::stack({all.cos(), all.sin()}).to(device);
    const at::Tensor turns = at::complex(both[0], both[1]);
    std::vector<RotaryAngles> result;
    std::int64_t first = 0;
    for (const MapSize& map : schedule) {
        const auto part = [&](const at::Tensor& t) { return t.narrow(0, first, map.tokens()); };
        result.push_back({part(both[0]), part(both[1]), part(turns)});
        first += map.tokens();
    }
    return result;
}

} // namespace scalekv
