#pragma once

#include "scalekv/model_files.h"

namespace scalekv {

/// Reads a `model.json`: where the parts of a model lie (inside the file's own folder) and what its author
/// says about it. Throws Error, naming the field, for anything wrong, and for a part that is not there.
ModelFiles readModelJson(const std::filesystem::path& path);

} // namespace scalekv
