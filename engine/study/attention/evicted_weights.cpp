#include "scalekv/look.h"

#include <stdexcept>

namespace scalekv {

std::vector<float> evictedWeights(const LayerLook& full, const KeptTokens& kept, std::int64_t head) {
    if (std::int64_t(full.heads.size()) != kept.heads())
        throw std::invalid_argument("evictedWeights: as many heads");
    const std::vector<float>& all = full.heads.at(std::size_t(head));
    if (std::int64_t(all.size()) < kept.tokens())
        throw std::invalid_argument("evictedWeights: fewer tokens than there were before the scale");
    std::vector<float> weights(all.size(), 0.0F);
    for (std::int64_t t = 0; t < kept.tokens(); ++t)
        if (!kept.kept(head, t))
            weights[std::size_t(t)] = all[std::size_t(t)];
    return weights;
}

std::vector<std::vector<float>> evictedWeights(const LayerLook& full, const KeptTokens& kept) {
    std::vector<std::vector<float>> evicted;
    for (std::int64_t head = 0; head < kept.heads(); ++head)
        evicted.push_back(evictedWeights(full, kept, head));
    return evicted;
}

} // namespace scalekv
