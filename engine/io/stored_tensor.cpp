#include "engine/io/stored_tensor.h"

#include <ATen/ATen.h>

#include <cstring>

namespace scalekv {
namespace {

constexpr std::size_t kMostDimensions = 16; // no model here has more than 5

} // namespace

std::uint64_t StoredTensor::extent() const {
    if (info.elements() == 0)
        return 0;
    std::uint64_t last = 0; // index of the last element; readers made sure that it fits
    for (std::size_t i = 0; i < info.shape.size(); ++i)
        last += static_cast<std::uint64_t>(info.shape[i] - 1) * static_cast<std::uint64_t>(strides[i]);
    return (last + 1) * c10::elementSize(info.type);
}

at::Tensor StoredTensor::view() const {
    const auto options = at::TensorOptions().dtype(info.type);
    if (info.elements() == 0)
        return at::empty(info.shape, options);

    const std::byte* first = file->bytes().data() + offset;
    if (reinterpret_cast<std::uintptr_t>(first) % c10::elementSize(info.type) != 0) {
        const auto count = static_cast<std::int64_t>(extent() / c10::elementSize(info.type));
        at::Tensor copy = at::empty({count}, options);
        std::memcpy(copy.data_ptr(), first, extent());
        return copy.as_strided(info.shape, strides);
    }
    return at::from_blob(
        const_cast<std::byte*>(first), info.shape, strides, [keep = file](void*) {}, options);
}

std::optional<std::int64_t> checkedElements(const std::vector<std::int64_t>& shape,
                                            std::int64_t elementSize) {
    if (shape.size() > kMostDimensions)
        return std::nullopt;
    std::int64_t elements = 1;
    std::int64_t bytes =
        elementSize; // counted without the zeros, so that no order of extents hides an overflow
    for (const std::int64_t extent : shape) {
        if (extent < 0)
            return std::nullopt;
        if (extent != 0 && __builtin_mul_overflow(bytes, extent, &bytes))
            return std::nullopt;
        elements *= extent; // no more than the bytes, which fit
    }
    return elements;
}

std::vector<std::int64_t> contiguousStrides(const std::vector<std::int64_t>& shape) {
    std::vector<std::int64_t> strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i > 1; --i)
        strides[i - 2] = strides[i - 1] * std::max<std::int64_t>(shape[i - 1], 1);
    return strides;
}

std::string shapeText(at::IntArrayRef shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (i > 0)
            text += ", ";
        text += shape[i] < 0 ? "?" : std::to_string(shape[i]);
    }
    return text + "]";
}

} // namespace scalekv
