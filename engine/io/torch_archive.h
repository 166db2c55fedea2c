#pragma once

#include "engine/io/stored_tensor.h"

#include <string_view>

namespace scalekv {

/// Whether a file that starts with `start` was written by torch.save (of any age) or is some other pickle.
bool looksLikeTorchFile(std::string_view start);

/// Reads a file of torch.save: a zip archive of a pickle and one record a tensor storage, or the older form
/// of torch_legacy.h. Tensors are found, not read. Throws Error for compressed or big-endian tensors, pickles
/// that ask for more than tensors, numbers, strings and containers, and tensors that reach out of their
/// storage.
FileContents readTorchArchive(const std::shared_ptr<const MappedFile>& file);

} // namespace scalekv
