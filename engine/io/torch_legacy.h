#pragma once

#include "engine/io/stored_tensor.h"

#include <string_view>

namespace scalekv {

/// Whether torch.save wrote this before its version 1.6, or since then with
/// `_use_new_zipfile_serialization=False`: most of torchvision's and all of lpips' published weights.
bool isLegacyTorchFile(std::string_view content);

/// Reads such a file (torch/serialization.py, `_legacy_save`): pickles of a magic number, a version, the
/// machine that wrote it, the contents and the storages' keys, then every storage: its elements as a 64-bit
/// number, and its numbers. Tensors are found, not read. Throws Error as readTorchArchive().
FileContents readLegacyTorchFile(const std::shared_ptr<const MappedFile>& file);

} // namespace scalekv
