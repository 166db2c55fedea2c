#include "app/cli/command.h"
#include "app/cli/json_output.h"
#include "app/cli/policy_options.h"
#include "app/cli/request_options.h"
#include "scalekv/bench.h"
#include "scalekv/run_record.h"
#include "scalekv/write_file.h"

#include <algorithm>
#include <iostream>
#include <memory>

namespace scalekv::cli {
namespace {

struct Options {
    BenchOptions bench;
    PolicyOptions policy;
    bool selectivity = false;
    bool record = false;
    std::string json;
};

/// One of `names`; refused before minutes are spent on random weights.
void addNameOption(CLI::App& command, const std::string& option, std::string& value,
                   std::span<const std::string_view> names) {
    const auto take = [option, &value, names](const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw CLI::ValidationError(option, "'" + name + "' is not one of " + policyList(names));
        value = name;
    };
    command.add_option_function<std::string>(option, take, policyList(names) + " (" + value + ")")
        ->type_name("NAME");
}

void run(const Options& options, std::stop_token stop) {
    if (!options.json.empty() && options.json != "-")
        checkWritable(options.json); // before minutes of work
    BenchOptions bench = options.bench;
    bench.policy = options.policy.choice({});
    options.policy.tables().addTo(bench.policy);
    if (options.selectivity)
        bench.probe.emplace();
    if (options.record) {
        const Watching recorded = watchingForRecord();
        bench.probe = recorded.probe;
        bench.kept = recorded.kept;
    }
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
    addNameOption(*app, "--shape", bench.shape, benchShapes());
    addSizeOption(
        *app, [&bench](const std::string& size) { bench.size = size; }, bench.size);
    addNameOption(*app, "--dtype", bench.dtype, kBenchTypes);
    options->policy.addTo(*app);
    app->add_flag("--asi", options->selectivity,
                  "Also measure attention selectivity, to see what that costs");
    app->add_flag("--record", options->record, "Also record what `inspect` does, to see what that costs");
    addJsonOption(*app, options->json);
    return {app, [options](std::stop_token stop) { run(*options, stop); }};
}

} // namespace scalekv::cli
