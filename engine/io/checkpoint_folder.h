#pragma once

#include <filesystem>

namespace scalekv {

/// The one checkpoint of a folder: its `*.index.json`, or `model.safetensors` / `pytorch_model.bin`, or the
/// only `.safetensors`, `.pth`, `.pt` or `.bin` file. Throws Error where there is none, or more than one
/// (lists them).
std::filesystem::path checkpointInFolder(const std::filesystem::path& folder);

} // namespace scalekv
