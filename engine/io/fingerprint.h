#pragma once

#include "engine/io/checkpoint.h"

#include <string>

namespace scalekv {

/// Tells models apart: "sha1:…" over name, type, shape and sixteen evenly spaced elements (first and last
/// included) of every tensor whose name starts with `prefix`, in the order of their names without it. Reads a
/// few pages a tensor, so it takes no time for the largest files; files that hold the same tensors in another
/// format or order have the same fingerprint.
std::string fingerprint(const Checkpoint& checkpoint, const std::string& prefix);

} // namespace scalekv
