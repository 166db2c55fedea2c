#pragma once

#include "scalekv/head_kinds.h"

#include <cstdint>
#include <random>
#include <vector>

namespace scalekv::test {

/// Kinds of heads, and what they look at: by chance, the same every time. Heads 0 and 1 of layer 0 are of
/// either kind. Calibrated for so many scales.
inline HeadKinds headKinds(std::int64_t layers, std::int64_t heads, std::uint32_t seed = 1,
                           std::size_t scales = 10) {
    std::mt19937 random(seed);
    HeadKinds kinds;
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        auto& row = kinds.contextual.emplace_back();
        for (std::int64_t head = 0; head < heads; ++head)
            row.push_back(layer == 0 && head < 2 ? head == 0 : random() % 3 == 0);
    }
    kinds.attention.resize(scales);
    for (std::size_t scale = 1; scale < scales; ++scale) {
        kinds.attention[scale].resize(scale + 1);
        for (std::int64_t i = 0; i < layers * heads; ++i) {
            std::vector<double> weights;
            double sum = 0;
            for (std::size_t source = 0; source <= scale; ++source) {
                weights.push_back(double(1 + random() % 1000));
                sum += weights.back();
            }
            for (std::size_t source = 0; source <= scale; ++source)
                kinds.attention[scale][source].push_back(roundedAttention(weights[source] / sum));
        }
    }
    return kinds;
}

} // namespace scalekv::test
