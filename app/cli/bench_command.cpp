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
#include <string>
#include <vector>

namespace scalekv::cli {
namespace {

constexpr int kMostBatch = 1024;

struct BenchArguments {
    BenchOptions bench;
    std::vector<int> batches{1};
    PolicyOptions policy;
    bool allPolicies = false;
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

/// Every run that was asked for: all policies with one batch, then with the next.
std::vector<BenchOptions> runsOf(const BenchArguments& options) {
    BenchOptions bench = options.bench;
    PolicyChoice usual;
    if (options.allPolicies) { // what they have in common: the budget
        usual.name = kUsualPolicy;
        usual.budget = kUsualBudget;
    }
    bench.policy = options.policy.choice(usual);
    const PolicyTables tables = options.policy.tables();
    if (!options.allPolicies)
        tables.addTo(bench.policy);
    if (options.selectivity)
        bench.probe.emplace();
    if (options.record) {
        const Watching recorded = watchingForRecord();
        bench.probe = recorded.probe;
        bench.kept = recorded.kept;
    }
    std::vector<BenchOptions> runs;
    for (const int batch : options.batches) {
        bench.batch = batch;
        if (!options.allPolicies) {
            runs.push_back(bench);
            continue;
        }
        for (const std::string_view name : policyNames()) {
            runs.push_back(bench);
            runs.back().policy = {};
            runs.back().policy.name = name;
            if (evicts(name))
                runs.back().policy.budget = bench.policy.evicts() ? bench.policy.budget : kUsualBudget;
            tables.addTo(runs.back().policy);
        }
    }
    return runs;
}

void run(const BenchArguments& options, std::stop_token stop) {
    if (!options.json.empty() && options.json != "-")
        checkWritable(options.json); // before minutes of work
    const std::vector<BenchOptions> runs = runsOf(options);
    const bool quiet = options.json == kStandardOutput;
    if (runs.size() == 1) {
        const BenchReport report = runBench(runs.front(), stop);
        if (!quiet)
            std::cout << toText(report) << std::flush;
        if (!options.json.empty())
            writeJson(options.json, toJson(report));
        return;
    }
    std::string json;
    if (!quiet)
        std::cout << benchTableHead() << std::flush;
    runBenches(
        runs,
        [&](const BenchReport& report) {
            if (!quiet)
                std::cout << benchTableLine(report) << std::flush;
            json += (json.empty() ? "[" : ",\n") + toJson(report);
        },
        stop);
    if (!options.json.empty())
        writeJson(options.json, json + "]");
}

} // namespace

Command addBenchCommand(CLI::App& program) {
    CLI::App* app = program.add_subcommand("bench", "Measure a model of some shape, with random weights");
    auto options = std::make_shared<BenchArguments>();
    BenchOptions& bench = options->bench;
    addNameOption(*app, "--shape", bench.shape, benchShapes());
    addSizeOption(
        *app, [&bench](const std::string& size) { bench.size = size; }, bench.size);
    addNameOption(*app, "--dtype", bench.dtype, kBenchTypes);
    app->add_option("--device", bench.device, "Where to compute: cpu, cuda, cuda:1 … (cpu)")
        ->type_name("NAME");
    app->add_option("--batch", options->batches, "Pictures at once; several numbers measure several runs (1)")
        ->delimiter(',')
        ->check(CLI::Range(1, kMostBatch))
        ->type_name("N");
    options->policy.addTo(*app);
    app->add_flag("--all-policies", options->allPolicies,
                  "Measure every policy with the budget (10 %), one line each");
    app->add_flag("--trace", bench.trace, "On a GPU: also count launches, copies and waits in one more run");
    app->add_flag("--asi", options->selectivity,
                  "Also measure attention selectivity, to see what that costs");
    app->add_flag("--record", options->record, "Also record what `inspect` does, to see what that costs");
    addJsonOption(*app, options->json);
    return {app, [options](std::stop_token stop) { run(*options, stop); }};
}

} // namespace scalekv::cli
