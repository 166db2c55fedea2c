#include "app/cli/command.h"
#include "app/cli/json_output.h"
#include "app/resource_paths.h"
#include "scalekv/inspect.h"

#include <iostream>
#include <memory>

namespace scalekv::cli {
namespace {

struct InfoArguments {
    std::string path;
    std::string json;
};

void run(const InfoArguments& options) {
    const Inspection inspection =
        inspect(options.path.empty() ? app::demoModel() : std::filesystem::path(options.path));
    if (options.json != kStandardOutput)
        std::cout << toText(inspection);
    if (!options.json.empty())
        writeJson(options.json, toJson(inspection));
}

} // namespace

Command addInfoCommand(CLI::App& program) {
    CLI::App* app = program.add_subcommand("info", "What a model, one of its files, or a picture is");
    auto options = std::make_shared<InfoArguments>();
    app->add_option("path", options->path, "A folder, a checkpoint, or a picture (the demo model)")
        ->type_name("PATH");
    addJsonOption(*app, options->json);
    return {app, [options](std::stop_token) { run(*options); }};
}

} // namespace scalekv::cli
