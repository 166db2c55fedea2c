#pragma once

#include <filesystem>

namespace scalekv::app {

/// The folder of the demo model: $SCALEKV_DEMO_MODEL, the one installed beside the program
/// (<prefix>/share/scalekv-studio/demo), or the source tree's. Throws Error when there is none of them.
std::filesystem::path demoModel();

/// The prompts for calibrating large models, installed beside the program
/// (<prefix>/share/scalekv-studio/prompts) or in the source tree. Throws Error when there are none.
std::filesystem::path calibrationPrompts();

} // namespace scalekv::app
