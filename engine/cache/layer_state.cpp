#include "engine/cache/cache_policy.h"

#include <ATen/ATen.h>

namespace scalekv {

LayerState LayerState::ofHead(std::int64_t which) const {
    LayerState one = *this;
    one.byHead = {};
    one.positionsByHead = {};
    one.head = which;
    one.queries = queries.narrow(1, which, 1);
    one.current = {current.keys.narrow(1, which, 1), current.values.narrow(1, which, 1)};
    const std::vector<KeyValues>& stretches = byHead[std::size_t(which)];
    one.history = {one.current.keys.narrow(2, 0, 0), one.current.values.narrow(2, 0, 0)};
    if (stretches.size() == 1) {
        one.history = stretches.front();
    } else if (!stretches.empty()) {
        std::vector<at::Tensor> keys;
        keys.reserve(stretches.size());
        for (const KeyValues& stretch : stretches)
            keys.push_back(stretch.keys);
        one.history = {at::cat(keys, 2), {}};
    }
    if (!positionsByHead.empty())
        one.positions = positionsByHead[std::size_t(which)];
    return one;
}

} // namespace scalekv
