#include "engine/pipeline/work_estimate.h"

#include <algorithm>
#include <numeric>

namespace scalekv {

LayerFlops layerFlops(const TransformerShape& shape, std::int64_t sequences, std::int64_t tokens,
                      std::int64_t keys, std::int64_t textTokens) {
    const double rows = static_cast<double>(sequences) * static_cast<double>(tokens);
    const double c = static_cast<double>(shape.width);
    LayerFlops flops;
    // qkv and output of self attention; query and output of cross attention; both halves of the feed forward.
    flops.linear = 2 * rows * (4 * c * c + 2 * c * c + 2 * c * static_cast<double>(shape.feedForward));
    flops.attention = 4 * rows * c * static_cast<double>(keys + textTokens);
    return flops;
}

std::int64_t averageKeys(const CachePlan& plan, std::int64_t scale) {
    return plan.averageHistory(scale) + plan.schedule()[std::size_t(scale)].tokens();
}

double RunWork::allCalls() const {
    return calls *
           static_cast<double>(std::accumulate(layersLeft.begin(), layersLeft.end(), std::int64_t{0}));
}

double RunWork::allProducts() const {
    double sum = 0;
    for (std::size_t k = 0; k < products.size(); ++k)
        sum += products[k] * static_cast<double>(layersLeft[k]);
    return sum;
}

double RunWork::allDecodes() const {
    return std::accumulate(decode.begin(), decode.end(), 0.0);
}

RunWork runWork(const WorkTerms& terms, const MachineSpeed& speed) {
    constexpr double kBytesASecond = 5e9; // a short text reads the weights and does little with them
    const std::int64_t sequences =
        std::accumulate(terms.sequences.begin(), terms.sequences.end(), std::int64_t{0}) /
        std::max<std::int64_t>(1, std::int64_t(terms.sequences.size()));
    RunWork work;
    work.text = static_cast<double>(terms.texts) * static_cast<double>(terms.textBytes) / kBytesASecond;
    work.calls = speed.layerSeconds;
    const ScaleSchedule& schedule = terms.plan.schedule();
    for (std::size_t k = 0; k < schedule.size(); ++k) {
        const LayerFlops flops = layerFlops(terms.transformer, sequences, schedule[k].tokens(),
                                            averageKeys(terms.plan, std::int64_t(k)), kTextTokens);
        work.products.push_back(flops.linear / speed.linear + flops.attention / speed.attention);
        work.layersLeft.push_back(terms.transformer.layers);
        const bool last = k + 1 == schedule.size();
        const bool decoded = terms.decoded == WorkTerms::Decoded::EveryScale ||
                             (last && terms.decoded == WorkTerms::Decoded::Picture);
        work.decode.push_back(decoded ? static_cast<double>(terms.prompts) *
                                            decodeFlops(terms.vae, terms.patch.latentMap(schedule[k])) /
                                            speed.convolution
                                      : 0);
    }
    return work;
}

} // namespace scalekv
