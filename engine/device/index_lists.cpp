#include "engine/device/index_lists.h"

#include <ATen/ATen.h>

namespace scalekv {

std::vector<at::Tensor> onDevice(const std::vector<std::vector<std::int64_t>>& lists, at::Device device) {
    std::vector<std::int64_t> all, sizes;
    for (const std::vector<std::int64_t>& list : lists) {
        all.insert(all.end(), list.begin(), list.end());
        sizes.push_back(std::int64_t(list.size()));
    }
    return at::tensor(at::ArrayRef<std::int64_t>(all), at::kLong).to(device).split_with_sizes(sizes);
}

} // namespace scalekv
