#include "engine/cache/cache_policy.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace scalekv {

LayerState LayerState::ofHead(std::int64_t head) const {
    LayerState one = *this;
    one.byHead = {};
    one.segments = nullptr;
    one.queries = queries.narrow(1, head, 1);
    one.current = {current.keys.narrow(1, head, 1), current.values.narrow(1, head, 1)};
    std::vector<at::Tensor> keys{one.current.keys.narrow(2, 0, 0)};
    for (const KeyValues& stretch : byHead[std::size_t(head)])
        keys.push_back(stretch.keys);
    one.history = {at::cat(keys, 2), {}};

    std::vector<std::int32_t> places;
    const std::vector<std::int64_t> sources = segments->sources(scale, layer, head);
    std::int64_t first = 0;
    for (std::int64_t source = 0; source < scale; first += segments->tokens(source++))
        if (std::binary_search(sources.begin(), sources.end(), source))
            for (std::int64_t token = 0; token < segments->tokens(source); ++token)
                places.push_back(std::int32_t(first + token));
    one.positions = at::tensor(at::ArrayRef<std::int32_t>(places), at::kInt)
                        .view({1, 1, std::int64_t(places.size())})
                        .expand({queries.size(0), 1, std::int64_t(places.size())})
                        .to(queries.device());
    return one;
}

} // namespace scalekv
