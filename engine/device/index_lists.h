#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace scalekv {

/// Lists of indices brought to a device in one copy: each list [n] int64, in their order.
std::vector<at::Tensor> onDevice(const std::vector<std::vector<std::int64_t>>& lists, at::Device device);

} // namespace scalekv
