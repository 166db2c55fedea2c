#pragma once

#include "scalekv/request.h"
#include "scalekv/roles.h"
#include "scalekv/run_record.h"

#include <filesystem>

namespace scalekv::cli {

/// Writes every heat map of a run into the folder of the maps in `folder`, both of which exist, as PNG and
/// SVG: the window's own pictures, made without a display. Throws Error where a file cannot be written.
void writeHeatMaps(const std::filesystem::path& folder, const RunRecord& record, const RoleTable* calibrated,
                   const GenerationRequest& request);

} // namespace scalekv::cli
