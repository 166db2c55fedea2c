#include "engine/cache/query_sample.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace scalekv {

std::vector<std::int64_t> sampleQueries(MapSize map, std::int64_t count) {
    const std::int64_t tokens = map.tokens();
    if (count <= 0 || count >= tokens) {
        std::vector<std::int64_t> all(static_cast<std::size_t>(tokens));
        std::iota(all.begin(), all.end(), 0);
        return all;
    }
    std::vector<bool> taken(static_cast<std::size_t>(tokens), false);
    for (std::int64_t i = 0; i < count; ++i) {
        const double down = (double(i) + 0.5) / double(count);
        const double across = (double(i) + 0.5) * std::numbers::phi;
        const auto row = std::int64_t(down * map.height);
        const auto column = std::int64_t((across - std::floor(across)) * map.width);
        // Two points may meet in a token where the map is not much larger than the sample.
        std::int64_t token = row * map.width + column;
        while (taken[std::size_t(token)])
            token = (token + 1) % tokens;
        taken[std::size_t(token)] = true;
    }
    std::vector<std::int64_t> sample;
    for (std::int64_t token = 0; token < tokens; ++token)
        if (taken[std::size_t(token)])
            sample.push_back(token);
    return sample;
}

} // namespace scalekv
