#include "app/resource_paths.h"

#include "scalekv/error.h"

#include <cstdlib>
#include <system_error>

namespace scalekv::app {
namespace {

namespace fs = std::filesystem;

/// The folder above the program's own; empty where the system cannot tell.
fs::path installPrefix() {
    std::error_code unknown;
    const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
    return unknown ? fs::path() : program.parent_path().parent_path();
}

/// A file of ours: as it is installed, or as it lies in the source tree. Empty where it is in neither.
fs::path resource(const fs::path& name) {
    std::error_code unreadable;
    for (const fs::path& folder :
         {installPrefix() / "share" / "scalekv-studio", fs::path(SCALEKV_SOURCE_DIR) / "resources"})
        if (fs::exists(folder / name, unreadable))
            return folder / name;
    return {};
}

} // namespace

fs::path demoModel() {
    if (const char* named = std::getenv("SCALEKV_DEMO_MODEL"); named && *named)
        return named;
    if (const fs::path model = resource(fs::path("demo") / "model.json"); !model.empty())
        return model.parent_path();
    throw Error("The demo model is not installed beside the program; name a model, or set SCALEKV_DEMO_MODEL "
                "to its folder.");
}

fs::path calibrationPrompts() {
    fs::path prompts = resource(fs::path("prompts") / "calibration.txt");
    if (prompts.empty())
        throw Error("The prompts for calibrating are not installed beside the program; name some with "
                    "--prompts.");
    return prompts;
}

} // namespace scalekv::app
