#pragma once

#include "scalekv/comparison.h"

#include <filesystem>

namespace scalekv {

/// contact-sheet.png, and contact-sheet-2.png … where one cannot hold all rows, from the pictures of a
/// finished comparison in its results' folder: a row a prompt and seed, columns full and every choice. A
/// picture that is not there any more leaves its cell empty. Throws Error, or Cancelled.
void writeContactSheets(const std::filesystem::path& folder, const Comparison& comparison,
                        std::stop_token stop = {});

} // namespace scalekv
