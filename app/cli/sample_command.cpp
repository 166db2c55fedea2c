#include "app/cli/command.h"
#include "app/cli/launcher.h"
#include "app/cli/model_notes.h"
#include "app/cli/number_list.h"
#include "app/cli/occasion.h"
#include "app/cli/picture_request.h"
#include "app/cli/prompt_file.h"
#include "app/cli/sample_log.h"
#include "app/cli/usage_error.h"
#include "scalekv/compute_threads.h"
#include "scalekv/error.h"
#include "scalekv/results_folder.h"
#include "scalekv/sampling.h"
#include "scalekv/unit_text.h"

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>

namespace scalekv::cli {
namespace {

constexpr const char* kAutomatic = "auto";

struct SampleArguments {
    std::string captions;
    std::string output = "samples";
    std::size_t limit = 0; ///< 0: all
    bool paper = false;
    std::string batch = "1";
    std::string shard;
    bool leaves = false;
    int threads = 0; ///< 0: the rank's share of the cores
    RequestOptions request;
    PolicyOptions policy;
    ModelOptions model;
    bool quiet = false;
};

/// One line for all ranks, from the first of them; a log of its own for each.
class SampleProgress final : public SamplingObserver {
public:
    SampleProgress(ProgressLine& line, SampleLog& log, bool speaks)
        : line_(line), log_(log), speaks_(speaks) {}

    bool wantsProgress() const override { return speaks_; }

    void progressed(const SamplingProgress& progress) override {
        const std::string text =
            std::to_string(progress.done) + " of " + std::to_string(progress.pictures) + " pictures" +
            (progress.atWork > 1 ? ", " + std::to_string(progress.atWork) + " at work" : "");
        if (progress.progress.secondsLeft <= 0) {
            line_.show(progress.progress.done, text);
            return;
        }
        line_.show(progress.progress, text);
        if (occasion_.isNow())
            line_.milestone(text + ", " + durationText(progress.progress.secondsLeft) + " left");
    }

    void batchStarted(std::size_t first, std::size_t count) override {
        log_.say("draws " + std::to_string(first) +
                 (count > 1 ? " to " + std::to_string(first + count - 1) : ""));
    }

    void pictureWritten(const std::filesystem::path& file, const Recipe& /*recipe*/,
                        const GenerationReport& report) override {
        const std::size_t together = report.images.size();
        log_.say(file.filename().string() + "  " + durationText(report.totalSeconds) +
                 (together > 1 ? " for " + std::to_string(together) : "") + ", cache " +
                 byteText(report.peakKvBytes));
    }

private:
    ProgressLine& line_;
    SampleLog& log_;
    bool speaks_;
    Occasion occasion_;
};

constexpr const char* kByHand = "--shard";

Launched rankOf(const SampleArguments& options) {
    if (!options.shard.empty())
        return {judged("--shard", [&] { return parseShard(options.shard); }), kByHand};
    const auto environment = [](const char* name) -> const char* { return std::getenv(name); };
    return launchedBy(environment).value_or(Launched{});
}

/// A GPU for each rank of a machine, one after the other, where nobody named a device and there are any. Also
/// says in `rank` how many share it.
std::string deviceOf(const std::string& named, Rank& rank) {
    rank.deviceRanks = rank.localRanks;
    const int gpus = int(availableDevices().size()) - 1; // beside the CPU
    if ((!named.empty() && named != "cuda") || gpus == 0)
        return named.empty() ? "cpu" : named;
    rank.deviceRanks = (rank.localRanks + gpus - 1) / gpus;
    return "cuda:" + std::to_string(rank.localRank % gpus);
}

void useThreads(const SampleArguments& options, const Launched& launched) {
    // torchrun sets OMP_NUM_THREADS to 1 for whoever did not, so that says nothing about what is wanted.
    if (options.threads > 0)
        setComputeThreads(options.threads);
    else if (launched.rank.localRanks > 1)
        setComputeThreads(threadsHere(launched.rank.localRanks));
}

int batchOf(const std::string& text) {
    if (text == kAutomatic)
        return 0;
    return judged("--batch", [&] {
        const std::optional<int> batch = wholeNumber<int>(text);
        if (!batch || *batch < 1 || *batch > kLargestBatch)
            throw Error("'" + text + "' is neither a number of pictures from 1 to " +
                        std::to_string(kLargestBatch) + " nor auto");
        return *batch;
    });
}

void run(const SampleArguments& options, std::stop_token stop) {
    Launched launched = rankOf(options);
    Rank& rank = launched.rank;
    if (options.captions == "-" && rank.ranks > 1)
        throw CLI::ValidationError("captions",
                                   "standard input reaches one process only; name a file, since there are " +
                                       std::to_string(rank.ranks));
    PictureSet set;
    set.batch = batchOf(options.batch);
    set.firstSeed = options.request.seed.value_or(0);
    set.prompts = readPrompts(options.captions);
    if (options.limit > 0 && options.limit < set.prompts.size())
        set.prompts.resize(options.limit);

    ModelOptions modelOptions = options.model;
    modelOptions.load.device = deviceOf(options.model.load.device, rank);
    const ModelFiles files = modelOptions.files();
    GenerationRequest otherwise = recommendedRequest(files);
    set.request = options.request.request(options.paper ? paperRequest(otherwise) : otherwise);
    set.request.policy = options.policy.choice({});
    const PolicyTables tables = options.policy.tables();
    tables.addTo(set.request.policy);
    makeResultsFolder(options.output); // named as it was typed, where it cannot be
    makeResultsFolder(std::filesystem::path(options.output) / kSetRanks);

    useThreads(options, launched);
    SampleLog log(options.output, rank);
    // Of those that a launcher has started, the first. Who started each by hand looks at each.
    const bool speaks = (rank.rank == 0 || launched.by == kByHand) && !options.quiet;
    const auto mode = speaks ? ProgressLine::Mode::Shown : ProgressLine::Mode::Quiet;
    try {
        const std::shared_ptr<const Model> model = loadModel(modelOptions, files, mode, stop);
        tables.checkFit(*model, !speaks);
        if (speaks) {
            std::string words;
            for (const std::string& prompt : set.prompts)
                words += prompt + '\n';
            noteUntrained(files, modelOptions.path, set.request, words);
        }
        log.say("scalekv " SCALEKV_VERSION ", rank " + std::to_string(rank.rank) + " of " +
                std::to_string(rank.ranks) + (launched.by.empty() ? "" : " (" + launched.by + ")") + ", " +
                model->device() + ", " + model->precision() + ", " + std::to_string(computeThreads()) +
                " threads");
        ProgressLine line(mode);
        SampleProgress progress(line, log, speaks);
        const SamplingResult result = sampleInto(options.output, model, set, rank,
                                                 options.leaves ? Afterwards::Leave : Afterwards::Help,
                                                 SCALEKV_VERSION, progress, stop);
        line.clear();
        const std::string words = std::to_string(result.done) + " of " + std::to_string(result.pictures) +
                                  " pictures are in " + options.output;
        log.say(words + "; this rank drew " + std::to_string(result.drawn));
        if (speaks)
            std::cout << words
                      << (rank.ranks > 1 ? " (this rank drew " + std::to_string(result.drawn) + ")" : "")
                      << ".\n";
    } catch (const Cancelled&) {
        log.say("stopped");
        if (speaks)
            std::cerr << "What is drawn is in " << options.output
                      << "; the same command goes on from there.\n";
        throw;
    } catch (const std::exception& error) {
        log.say(error.what());
        throw;
    }
}

} // namespace

Command addSampleCommand(CLI::App& program) {
    CLI::App* app = program.add_subcommand(
        "sample", "Make a picture of every caption of a file, on as many machines as there are");
    auto options = std::make_shared<SampleArguments>();
    options->model.load.device.clear();
    app->add_option("captions", options->captions,
                    "Captions: COCO's annotations, a list in JSON (.json), a table (.csv), or one a line; "
                    "- is standard input")
        ->required()
        ->type_name("FILE");
    app->add_option(
           "-o,--output", options->output,
           "Folder of the pictures, for all ranks the same; what is there already is continued (samples)")
        ->type_name("FOLDER");
    app->add_option("--limit", options->limit, "Only the first captions of the file (all)")
        ->check(CLI::Range(1, 100000000).description(""))
        ->type_name("NUMBER");
    static const std::map<std::string, bool> kPresets{{"paper", true}};
    app->add_option(
           "--preset", options->paper,
           "paper: the settings of ScaleKV's released scripts (1M pixels, cfg 3, tau 1); other options "
           "change them")
        ->transform(CLI::CheckedTransformer(kPresets).description(""))
        ->type_name("NAME");
    app->add_option("--batch", options->batch,
                    "Pictures that go through the model together: each is what it is alone, but for "
                    "rounding, so it is part of the set; "
                    "auto: as many as memory allows (1)")
        ->type_name("NUMBER");
    app->add_option("--shard", options->shard,
                    "Which part this process draws first, by hand: 3/8 is the third of eight (what torchrun, "
                    "mpirun or srun say)")
        ->type_name("K/N");
    app->add_flag("--fixed-slices", options->leaves,
                  "Leave when its own part is drawn; otherwise it takes what others have not begun");
    app->add_option("--threads", options->threads, "Threads on the CPU (the rank's share of the cores)")
        ->check(CLI::Range(1, 4096).description(""))
        ->type_name("NUMBER");
    options->request.addTo(*app);
    app->get_option("--seed")->description("The first picture's seed; the others count up (0)");
    options->policy.addTo(*app);
    options->model.addTo(*app);
    app->get_option("--device")
        ->description(
            "Where to compute: cpu, cuda, cuda:1 … (a GPU for each rank of a machine, where there are any)");
    app->add_flag("-q,--quiet", options->quiet, "Say nothing but errors");
    return {app, [options](std::stop_token stop) { run(*options, stop); }};
}

} // namespace scalekv::cli
