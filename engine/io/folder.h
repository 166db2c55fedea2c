#pragma once

#include <filesystem>
#include <vector>

namespace scalekv {

/// What lies in a folder, sorted. Throws Error where it cannot be listed.
std::vector<std::filesystem::path> entriesOf(const std::filesystem::path& folder);

} // namespace scalekv
