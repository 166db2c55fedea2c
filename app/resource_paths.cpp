#include "app/resource_paths.h"

#include "engine/error.h"

#include <array>
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

/// Where a folder of resources/ lies: installed beside the program, or in the source tree.
std::array<fs::path, 2> resourceFolders(const char* name) {
    return {installPrefix() / "share" / "scalekv-studio" / name,
            fs::path(SCALEKV_SOURCE_DIR) / "resources" / name};
}

bool holdsModel(const fs::path& folder) {
    std::error_code unreadable;
    return fs::exists(folder / "model.json", unreadable);
}

} // namespace

fs::path demoModel() {
    if (const char* named = std::getenv("SCALEKV_DEMO_MODEL"); named && *named)
        return named;
    for (const fs::path& folder : resourceFolders("demo"))
        if (holdsModel(folder))
            return folder;
    throw Error("The demo model is not installed beside the program; name a model, or set SCALEKV_DEMO_MODEL "
                "to its folder.");
}

fs::path promptFile(const std::string& name) {
    std::error_code unreadable;
    for (const fs::path& folder : resourceFolders("prompts"))
        if (fs::exists(folder / name, unreadable))
            return folder / name;
    throw Error("The program's own prompts (" + name +
                ") are not installed beside it; name a file of prompts.");
}

} // namespace scalekv::app
