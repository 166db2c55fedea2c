#pragma once

#include "engine/io/pickle.h"
#include "engine/io/stored_tensor.h"

#include <c10/core/ScalarType.h>

#include <functional>
#include <optional>
#include <string_view>

namespace scalekv {

/// The type of the numbers in a storage of that name ("FloatStorage"); none where it is not supported.
std::optional<at::ScalarType> storageType(std::string_view name);

/// Where a storage's numbers lie in the file.
struct StorageBytes {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::string problem = {}; ///< why they cannot be used, to be read after the tensor's name; empty: nothing
};
using StorageFinder = std::function<StorageBytes(const pickle::Storage& storage)>;

/// What a pickle of torch.save holds: tensors, found in the file and not read, and numbers and strings beside
/// them, under their keys joined with '.'. Throws Error for tensors that reach out of their storage, and for
/// trees that are deeper or larger than a model's.
FileContents tensorsOf(const std::shared_ptr<const MappedFile>& file, const pickle::Tree& tree,
                       const StorageFinder& find);

} // namespace scalekv
