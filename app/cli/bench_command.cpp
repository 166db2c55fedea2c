#include "app/cli/command.h"
#include "app/cli/json_output.h"
#include "app/cli/policy_options.h"
#include "scalekv/bench.h"
#include "scalekv/write_file.h"

#include <iostream>
#include <memory>

namespace scalekv::cli {
namespace {

struct Options {
    BenchOptions bench;
    PolicyOptions policy;
    bool selectivity = false;
    std::string json;
};

void run(const Options& options, std::stop_token stop) {
    if (!options.json.empty() && options.json != "-")
        checkWritable(options.json); // before minutes of work
    BenchOptions bench = options.bench;
    bench.policy = options.policy.choice({}, nullptr);
    if (options.selectivity)
        bench.probe.emplace();
    const BenchReport report = runBench(bench, stop);
    if (options.json != kStandardOutput)
        std::cout << toText(report);
    if (!options.json.empty())
        writeJson(options.json, toJson(report));
}

} // namespace

Command addBenchCommand(CLI::App& program) {
    CLI::App* app = program.add_subcommand("bench", "Measure a model of some shape, with random weights");
    auto options = std::make_shared<Options>();
    BenchOptions& bench = options->bench;
    app->add_option("--shape", bench.shape,
                    "layer12, layer16, layer24, layer32, layer40, layer48, 2b or 8b (" + bench.shape + ")")
        ->type_name("NAME");
    app->add_option("--size", bench.size, "0.06M, 0.25M, 0.60M or 1M pixels (" + bench.size + ")")
        ->type_name("SIZE");
    app->add_option("--dtype", bench.dtype, "bf16 or fp32 (" + bench.dtype + ")")->type_name("NAME");
    options->policy.addTo(*app);
    app->add_flag("--asi", options->selectivity,
                  "Also measure attention selectivity, to see what that costs");
    addJsonOption(*app, options->json);
    return {app, [options](std::stop_token stop) { run(*options, stop); }};
}

} // namespace scalekv::cli
