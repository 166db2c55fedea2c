#include "engine/analysis/head_means.h"

#include <cstddef>

namespace scalekv {

HeadAttention meanOf(std::span<const HeadAttention> heads) {
    const double share = 1.0 / double(heads.size());
    HeadAttention mean{.current = 0, .top = 0, .mass = {}, .entropy = 0};
    mean.mass.assign(heads.front().mass.size(), 0.0);
    for (const HeadAttention& head : heads) {
        mean.current += head.current * share;
        mean.top += head.top * share;
        mean.entropy += head.entropy * share;
        for (std::size_t scale = 0; scale < head.mass.size(); ++scale)
            mean.mass[scale] += head.mass[scale] * share;
    }
    return mean;
}

} // namespace scalekv
