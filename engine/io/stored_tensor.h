#pragma once

#include "engine/io/checkpoint.h"
#include "engine/io/mapped_file.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace scalekv {

/// A tensor and where it lies. Readers promise that every element lies inside the file.
struct StoredTensor {
    TensorInfo info;
    std::shared_ptr<const MappedFile> file;
    std::uint64_t offset = 0;          ///< bytes from the start of the file to element (0, 0, …)
    std::vector<std::int64_t> strides; ///< in elements

    /// Bytes from the first to the last element, both included.
    std::uint64_t extent() const;
    /// A view into the file, or a copy where the file has it misaligned.
    at::Tensor view() const;
};

/// What one checkpoint file holds.
struct FileContents {
    std::map<std::string, StoredTensor> tensors;
    std::map<std::string, std::string> metadata;
};

/// Product of `shape`; nothing for a negative extent or where elements × `elementSize` does not fit 63 bits.
std::optional<std::int64_t> checkedElements(const std::vector<std::int64_t>& shape, std::int64_t elementSize);

/// Strides of a tensor without gaps, last dimension fastest.
std::vector<std::int64_t> contiguousStrides(const std::vector<std::int64_t>& shape);

/// "[2, 3]", for messages.
std::string shapeText(at::IntArrayRef shape);

} // namespace scalekv
