#include "app/cli/command.h"
#include "app/cli/comparison_progress.h"
#include "app/cli/json_output.h"
#include "app/cli/metric_weights_option.h"
#include "app/cli/model_options.h"
#include "app/cli/policy_options.h"
#include "app/cli/prompt_file.h"
#include "app/cli/request_options.h"
#include "app/cli/usage_error.h"
#include "app/cli/usual_prompts.h"
#include "scalekv/budget_list.h"
#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "scalekv/feasible_choices.h"
#include "scalekv/lpips.h"
#include "scalekv/results_folder.h"
#include "scalekv/write_file.h"

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <span>
#include <utility>

namespace scalekv::cli {
namespace {

struct CompareArguments {
    std::vector<std::string> prompts;
    std::string promptFile;
    int seeds = 1;
    std::vector<std::string> policies; ///< empty: all that can run
    std::vector<Budget> budgets;       ///< empty: kUsualBudgets
    PolicyFiles files;
    ComparisonMode mode = ComparisonMode::Both;
    bool klByLayer = false;
    std::vector<std::string> metricWeights;
    RequestOptions request;
    ModelOptions model;
    std::string output = "comparison";
    std::string json;
    bool force = false;
    bool quiet = false;
};

/// The parts of "a,b,c". Throws CLI::ValidationError where one is empty.
std::vector<std::string> parts(const std::string& option, const std::string& text) {
    std::vector<std::string> list;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t end = std::min(text.find(',', start), text.size());
        list.push_back(text.substr(start, end - start));
        start = end + 1;
        if (list.back().empty())
            throw CLI::ValidationError(option, "'" + text + "' is not a list like a,b,c");
    }
    return list;
}

std::vector<std::string> parsePolicies(const std::string& text) {
    std::vector<std::string> names = parts("--policies", text);
    for (const std::string& name : names)
        judged("--policies", [&] { checkPolicyName(name); });
    return names;
}

/// Those that were named; none where the model's are meant.
std::vector<std::string> namedPrompts(const CompareArguments& options) {
    return options.promptFile.empty() ? options.prompts : readPrompts(options.promptFile);
}

/// Refuses what belongs to a policy that is not among those that are named.
void checkSelection(const CompareArguments& options) {
    const auto anyIs = [&options](const auto& matches) {
        return options.policies.empty() ||
               std::any_of(options.policies.begin(), options.policies.end(), matches);
    };
    if (!options.budgets.empty() && !anyIs([](const std::string& name) { return evicts(name); }))
        throw CLI::ValidationError("--budgets",
                                   "needs a policy that evicts something; name one with --policies (" +
                                       policyList(evictingPolicyNames()) + ")");
    if (!options.files.budgets.empty() &&
        !anyIs([](const std::string& name) { return name == "scalekv-reference"; }))
        throw CLI::ValidationError("--budget-file",
                                   "belongs to scalekv-reference, which --policies does not name");
    if (!options.metricWeights.empty() && options.mode == ComparisonMode::TeacherForced)
        throw CLI::ValidationError("--metric-weights",
                                   "is for pictures, which --mode teacher-forced leaves out");
    if (options.klByLayer && options.mode == ComparisonMode::Free)
        throw CLI::ValidationError("--kl-by-layer",
                                   "is measured teacher-forced, which --mode free leaves out");
    if (!options.files.calibration.empty() &&
        !anyIs([](const std::string& name) { return takesCalibration(name); }))
        throw CLI::ValidationError("--calibration",
                                   "belongs to " + calibratedPolicies() + ", of which --policies names none");
    if (!options.files.headOrders.empty() &&
        !anyIs([](const std::string& name) { return needsHeadOrders({.name = name, .budget = {}}); }))
        throw CLI::ValidationError("--head-orders", "belongs to heatkv, which --policies does not name");
    if (!options.files.headKinds.empty() &&
        !anyIs([](const std::string& name) { return needsHeadKinds({.name = name, .budget = {}}); }))
        throw CLI::ValidationError("--head-kinds", "belongs to hack, which --policies does not name");
}

/// Who names both policies and budgets wants just these, and is told when one cannot run.
bool leavesOut(const CompareArguments& options) {
    return options.policies.empty() || options.budgets.empty();
}

/// Of what is asked for what can run, with a note about the rest; throws Error where nothing is left, or one
/// cannot that was named.
std::vector<PolicyChoice> feasible(const CompareArguments& options, std::span<const PolicyChoice> asked,
                                   const std::function<std::string(const PolicyChoice&)>& problem) {
    FeasibleChoices found = feasibleChoices(asked, problem);
    if (!found.leftOut.empty() && (found.choices.empty() || !leavesOut(options)))
        throw Error(found.leftOut.front().why);
    for (const FeasibleChoices::LeftOut& left : found.leftOut) {
        std::string which;
        for (const PolicyChoice& choice : left.which)
            which += (which.empty() ? "" : ", ") + choice.text();
        if (!options.quiet)
            std::cerr << "Note: left out: " << which << ". " << left.why << '\n';
    }
    return std::move(found.choices);
}

/// Every policy at every budget; "full", which has none, once.
std::vector<PolicyChoice> choicesOf(const CompareArguments& options, const PolicyTables& tables) {
    std::vector<std::string> policies = options.policies;
    if (policies.empty())
        policies.assign(evictingPolicyNames().begin(), evictingPolicyNames().end());
    const std::vector<Budget> budgets =
        options.budgets.empty() ? std::vector(kPaperBudgets.begin(), kPaperBudgets.end()) : options.budgets;
    std::vector<PolicyChoice> asked;
    if (std::find(policies.begin(), policies.end(), "full") != policies.end())
        asked.push_back({});
    for (const Budget& budget : budgets)
        for (const std::string& name : policies) {
            if (!evicts(name))
                continue;
            PolicyChoice choice;
            choice.name = name;
            choice.budget = budget;
            asked.push_back(std::move(choice));
        }
    // A calibration by an older program lacks what newer policies need.
    std::vector<PolicyChoice> choices = feasible(options, asked, [&](PolicyChoice choice) -> std::string {
        try {
            tables.addTo(choice);
            return {};
        } catch (const Error& error) {
            return error.what();
        }
    });
    for (PolicyChoice& choice : choices)
        tables.addTo(choice);
    return choices;
}

/// The network of LPIPS, which settings.lpips then names; none where its weights are not at hand, or no
/// pictures are made. Results in the folder that have none stay without it, unless weights were named.
std::shared_ptr<const Lpips> lpipsOf(const CompareArguments& options, ComparisonSettings& settings) {
    const MetricWeights weights =
        findMetricWeights({options.metricWeights.begin(), options.metricWeights.end()});
    const auto start = options.force ? ResultsStart::Anew : ResultsStart::Continue;
    if (options.metricWeights.empty())
        return lpipsFor(options.output, start, weights, options.model.load.device, settings);
    if (const LpipsNet* net = weights.firstNet()) {
        std::shared_ptr<const Lpips> lpips = Lpips::load(weights, *net, options.model.load.device);
        settings.lpips = lpips->identity();
        return lpips;
    }
    throw Error("LPIPS needs " + missingFiles(weights, LpipsNet::Alex) +
                ", or the files of VGG16 or SqueezeNet; name them with --metric-weights" +
                (weights.notes.empty() ? "" : " (" + weights.notes.front() + ")") + ".");
}

void run(const CompareArguments& options, std::stop_token stop) {
    if (!options.json.empty() && options.json != "-")
        checkWritable(options.json); // before minutes of work
    checkSelection(options);
    const std::vector<std::string> named = namedPrompts(options);
    const ModelFiles files = options.model.files();
    const PolicyTables tables = readPolicyTables(options.files);
    ComparisonSettings settings;
    settings.request = options.request.request(recommendedRequest(files));
    settings.request.prompts = named.empty() ? usualPrompts(files) : named;
    for (int n = 0; n < options.seeds; ++n)
        settings.seeds.push_back(options.request.seed.value_or(0) + std::uint64_t(n));
    settings.mode = options.mode;
    settings.klByLayer = options.klByLayer;
    const std::shared_ptr<const Lpips> lpips = lpipsOf(options, settings);
    settings.choices = choicesOf(options, tables);
    judged("compare", [&] { checkComparison(settings); });

    const auto mode = options.quiet ? ProgressLine::Mode::Quiet : ProgressLine::Mode::Shown;
    const std::shared_ptr<const Model> model = loadModel(options.model, files, mode, stop);
    tables.checkFit(*model, options.quiet);
    if (leavesOut(options))
        settings.choices = feasible(options, settings.choices, [&](const PolicyChoice& choice) {
            return problemOf(*model, settings.request, choice);
        });

    ProgressLine line(mode);
    ComparisonProgressLine progress(line, settings);
    const ResultsStart start = options.force ? ResultsStart::Anew : ResultsStart::Continue;
    try {
        const Comparison comparison = compareInto(options.output, *model, settings, SCALEKV_VERSION, start,
                                                  progress, stop, lpips.get());
        line.clear();
        if (!options.json.empty())
            writeJson(options.json, toJson(comparison));
        if (!options.quiet)
            (options.json == kStandardOutput ? std::cerr : std::cout)
                << toTable(comparison) << "Everything is in " << options.output << ".\n";
    } catch (const OtherResults& error) {
        throw Error(std::string(error.what()) + " Take another folder, or start anew with --force.");
    } catch (const Cancelled&) {
        line.clear();
        if (!options.quiet)
            std::cerr << "What is finished is in " << options.output
                      << "; the same command goes on from there.\n";
        throw;
    }
}

void addSelection(CLI::App& app, CompareArguments& options) {
    app.add_option_function<std::string>(
           "--policies", [&options](const std::string& text) { options.policies = parsePolicies(text); },
           "What to compare with the full cache (all that can run with this model)")
        ->type_name("NAME[,...]");
    std::string usual;
    for (const Budget& budget : kPaperBudgets)
        usual += (usual.empty() ? "" : ", ") + budget.text();
    app.add_option_function<std::string>(
           "--budgets",
           [&options](const std::string& text) {
               options.budgets = judged("--budgets", [&] { return parseBudgets(text); });
               if (options.budgets.empty())
                   throw CLI::ValidationError("--budgets", "'" + text + "' is no list like 4%,10%,20%");
           },
           "How much stays, per layer and head: shares of the history, tokens, or bytes of a picture "
           "(3.5MiB) (" +
               usual + ")")
        ->type_name("BUDGET[,...]");
    options.files.addTo(app);
    static const std::map<std::string, ComparisonMode> kModes = [] {
        std::map<std::string, ComparisonMode> modes;
        for (const ComparisonMode mode : kComparisonModes)
            modes.emplace(modeName(mode), mode);
        return modes;
    }();
    app.add_option("--mode", options.mode,
                   "teacher-forced (fed the full run's bits), free (its own), or both (both)")
        ->transform(CLI::CheckedTransformer(kModes).description(""))
        ->type_name("NAME");
    app.add_flag("--kl-by-layer", options.klByLayer,
                 "Also the KL where only one layer's cache is compressed, for every layer: as many more runs "
                 "a picture "
                 "as the model has layers");
}

} // namespace

Command addCompareCommand(CLI::App& program) {
    CLI::App* app =
        program.add_subcommand("compare", "Measure what cache policies and budgets do to the pictures");
    auto options = std::make_shared<CompareArguments>();
    // One value each: a vector's option would take all that follows, and "[a,b]" apart.
    CLI::Option* prompt = app->add_option("-p,--prompt", options->prompts, "A prompt; may be repeated");
    prompt->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("TEXT");
    refuseBlank(*prompt);
    app->add_option(
           "--prompts", options->promptFile,
           "A file of prompts: lines (# starts a comment), .json, .csv; - is standard input; left out, the "
           "prompts that models are calibrated with")
        ->type_name("FILE")
        ->excludes(prompt);
    app->add_option("--seeds", options->seeds, "Seeds a prompt, counting up (1)")
        ->check(CLI::Range(1, 1000000).description(""))
        ->type_name("NUMBER");
    addSelection(*app, *options);
    addMetricWeightsOption(
        *app, "--metric-weights", options->metricWeights,
        "Also LPIPS, with a file of torchvision's AlexNet, VGG16 or SqueezeNet and its heads, "
        "or a folder of these; may be repeated");
    options->request.addTo(*app);
    app->get_option("--seed")->description("The first seed (0)");
    options->model.addTo(*app);
    app->add_option("-o,--output", options->output,
                    "Folder of the results; what is there already is continued (comparison)")
        ->type_name("FOLDER");
    app->add_flag("--force", options->force, "Start anew over earlier results");
    addJsonOption(*app, options->json);
    app->add_flag("-q,--quiet", options->quiet, "Say nothing but errors");
    return {app, [options](std::stop_token stop) { run(*options, stop); }};
}

} // namespace scalekv::cli
