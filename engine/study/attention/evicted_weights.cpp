#include "scalekv/look.h"

#include <stdexcept>

namespace scalekv {

std::vector<std::vector<float>> evictedWeights(const LayerLook& full, const KeptTokens& kept) {
    if (std::int64_t(full.heads.size()) != kept.heads())
        throw std::invalid_argument("evictedWeights: as many heads");
    std::vector<std::vector<float>> evicted;
    for (std::int64_t h = 0; h < kept.heads(); ++h) {
        const std::vector<float>& head = full.heads[std::size_t(h)];
        if (std::int64_t(head.size()) < kept.tokens())
            throw std::invalid_argument("evictedWeights: fewer tokens than there were before the scale");
        std::vector<float>& weights = evicted.emplace_back(head.size(), 0.0F);
        for (std::int64_t t = 0; t < kept.tokens(); ++t)
            if (!kept.kept(h, t))
                weights[std::size_t(t)] = head[std::size_t(t)];
    }
    return evicted;
}

} // namespace scalekv
