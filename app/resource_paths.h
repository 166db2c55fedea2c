#pragma once

#include <filesystem>
#include <string>

namespace scalekv::app {

/// The folder of the demo model: $SCALEKV_DEMO_MODEL, the one installed beside the program
/// (<prefix>/share/scalekv-studio/demo), or the source tree's. Throws Error when there is none of them.
std::filesystem::path demoModel();

/// A file of prompts that comes with the program ("calibration.txt"): the one installed beside it
/// (<prefix>/share/scalekv-studio/prompts), or the source tree's. Throws Error when there is neither.
std::filesystem::path promptFile(const std::string& name);

} // namespace scalekv::app
