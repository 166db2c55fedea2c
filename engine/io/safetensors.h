#pragma once

#include "engine/io/stored_tensor.h"

namespace scalekv {

/// Reads the header of a `.safetensors` file: 8 bytes length (little endian), JSON of that length, data.
/// Throws Error for a header that is longer than 100 MB or than the file, or tensors that overlap, lie
/// outside the data, or do not have as many bytes as their shape and type ask for.
FileContents readSafetensors(const std::shared_ptr<const MappedFile>& file);

} // namespace scalekv
