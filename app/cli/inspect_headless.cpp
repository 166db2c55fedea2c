#include "app/cli/command.h"
#include "scalekv/error.h"

namespace scalekv::cli {

/// `inspect` where it was built without Qt, which draws its heat maps: says so.
Command addInspectCommand(CLI::App& program) {
    CLI::App* app = program.add_subcommand("inspect", "Not in this build, which has no Qt to draw with");
    app->allow_extras();
    return {app, [](std::stop_token) {
                throw Error("inspect draws with Qt, which this build is without; build the preset release.");
            }};
}

} // namespace scalekv::cli
