#include "app/cli/command.h"
#include "app/cli/json_output.h"
#include "app/cli/metric_weights_option.h"
#include "app/cli/occasion.h"
#include "app/cli/progress_line.h"
#include "scalekv/error.h"
#include "scalekv/folder_metrics.h"
#include "scalekv/unit_text.h"
#include "scalekv/write_file.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

namespace scalekv::cli {
namespace {

struct MetricsArguments {
    std::string reference;
    std::vector<std::string> others;
    std::vector<std::string> weights;
    std::vector<LpipsNet> nets; ///< empty: those whose weights are there
    FolderMetricsOptions metrics;
    std::string csv;
    std::string json;
    bool quiet = false;
};

std::vector<LpipsNet> netsOf(const MetricsArguments& options, const MetricWeights& weights) {
    std::vector<LpipsNet> nets;
    for (const LpipsNet net : kLpipsNets) {
        const bool named = std::find(options.nets.begin(), options.nets.end(), net) != options.nets.end();
        if (named && !weights.of(net).complete())
            throw Error("LPIPS with " + netTitle(net) + " needs " + missingFiles(weights, net) +
                        "; name them with --weights.");
        if (named || (options.nets.empty() && weights.of(net).complete()))
            nets.push_back(net);
    }
    return nets;
}

void run(const MetricsArguments& options, std::stop_token stop) {
    // Before minutes of work.
    if (!options.csv.empty())
        checkWritable(options.csv);
    if (!options.json.empty() && options.json != kStandardOutput)
        checkWritable(options.json);
    FolderMetricsOptions metrics = options.metrics;
    metrics.reference = options.reference;
    metrics.others.assign(options.others.begin(), options.others.end());
    metrics.weights = findMetricWeights({options.weights.begin(), options.weights.end()});
    metrics.nets = netsOf(options, metrics.weights);

    ProgressLine line(options.quiet ? ProgressLine::Mode::Quiet : ProgressLine::Mode::Shown);
    Occasion occasion;
    const FolderMetricsReport report = measureFolders(
        metrics, SCALEKV_VERSION,
        [&](const Progress& progress, const std::string& what, std::size_t piece, std::size_t pieces) {
            const std::string text = what + " " + std::to_string(piece) + "/" + std::to_string(pieces);
            line.show(progress, text);
            if (piece == 1)
                line.milestone(what);
            else if (occasion.isNow())
                line.milestone(text + ", " + durationText(progress.secondsLeft) + " left");
        },
        stop);
    line.clear();
    if (!options.csv.empty())
        writeFile(options.csv, toCsv(report));
    if (!options.json.empty())
        writeJson(options.json, toJson(report));
    if (!options.quiet)
        (options.json == kStandardOutput ? std::cerr : std::cout)
            << toTable(report)
            << (report.missing.empty() ? ""
                                       : "Name such files with --weights, or their folder in " +
                                             std::string(kMetricWeightsVariable) + ".\n");
}

template <typename Value>
std::map<std::string, Value> named(const auto& values, const auto& nameOf) {
    std::map<std::string, Value> names;
    for (const Value value : values)
        names.emplace(nameOf(value), value);
    return names;
}

} // namespace

Command addMetricsCommand(CLI::App& program) {
    CLI::App* app =
        program.add_subcommand("metrics", "Measure how far folders of pictures are from another folder's");
    auto options = std::make_shared<MetricsArguments>();
    // Not "reference": later releases of CLI11 take that for the same name as the flag's.
    app->add_option("folder", options->reference, "The folder to compare with: pictures, PNGs and JPEGs")
        ->required()
        ->type_name("FOLDER");
    app->add_option("others", options->others,
                    "One folder or more to compare with the first. Pictures pair by their names without "
                    "ending; pairs of "
                    "unequal sizes are named and left out")
        ->required()
        ->type_name("FOLDER");
    addMetricWeightsOption(
        *app, "--weights,--metric-weights", options->weights,
        "A file of a network, or a folder of such; may be repeated: torchvision's AlexNet, VGG16 "
        "and SqueezeNet 1.1, the heads of the package lpips, pytorch-fid's Inception");
    app->add_option("--lpips", options->nets,
                    "alex, vgg or squeeze; may be repeated (all whose weights are there)")
        ->transform(CLI::CheckedTransformer(named<LpipsNet>(kLpipsNets, netName)).description(""))
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("NET");
    app->add_option(
           "--fid", options->metrics.resizing,
           "How pictures are resized for FID and its like: as clean-fid or as pytorch-fid does (clean)")
        ->transform(
            CLI::CheckedTransformer(named<FeatureResizing>(kFeatureResizings, resizingName)).description(""))
        ->type_name("clean|pytorch");
    app->add_flag("--reference", options->metrics.realReference,
                  "The first folder holds real pictures of any size: each is brought to its partner's size "
                  "(1024x1024 in the paper) for PSNR, SSIM and LPIPS; FID and its like take it as it is");
    app->add_flag(
        "--in-order", options->metrics.inOrder,
        "Pictures pair by the order of their names, as in the paper's script: for pictures with names of "
        "their own that stand in the order of the captions");
    app->add_flag_callback(
        "--no-sets", [options] { options->metrics.sets = false; },
        "Pairs only: no FID, KID, precision and recall");
    app->add_option("--resamples", options->metrics.resamples,
                    "Resamples for the 95 % intervals of all figures but FID; 0 for none (1000)")
        ->check(CLI::Range(0, 10000).description(""))
        ->type_name("NUMBER");
    app->add_option("--fid-resamples", options->metrics.fidResamples,
                    "The same for FID, each of which takes seconds where pictures are many (20)")
        ->check(CLI::Range(0, 10000).description(""))
        ->type_name("NUMBER");
    app->add_option("--device", options->metrics.device, "Where to compute: cpu, cuda, cuda:1 … (cpu)")
        ->type_name("NAME");
    app->add_option("--csv", options->csv, "A table of all pairs")->type_name("FILE");
    addJsonOption(*app, options->json);
    app->add_flag("-q,--quiet", options->quiet, "Say nothing but errors");
    return {app, [options](std::stop_token stop) { run(*options, stop); }};
}

} // namespace scalekv::cli
