#pragma once

#include "engine/io/checkpoint.h"

#include <filesystem>

namespace scalekv {

enum class ModelPart { Transformer, Vae, TextEncoder, Unknown };

/// What a checkpoint holds, told by the names of its tensors.
ModelPart partOf(const Checkpoint& checkpoint);

/// Whether a folder has what the text encoder needs beside its weights: config.json and spiece.model.
bool isTextEncoderFolder(const std::filesystem::path& folder);

} // namespace scalekv
