#include "app/cli/command.h"
#include "app/cli/generation_progress.h"
#include "app/cli/heat_maps.h"
#include "app/cli/json_output.h"
#include "app/cli/look_options.h"
#include "app/cli/model_notes.h"
#include "app/cli/picture_request.h"
#include "app/cli/prompt_file.h"
#include "figures/layer_figure.h"
#include "figures/run_export.h"
#include "scalekv/calibration.h"
#include "scalekv/error.h"
#include "scalekv/generation.h"
#include "scalekv/look_text.h"
#include "scalekv/results_folder.h"
#include "scalekv/run_record.h"
#include "scalekv/unit_text.h"
#include "scalekv/write_file.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <utility>

namespace scalekv::cli {
namespace {

namespace fs = std::filesystem;

struct InspectArguments {
    std::string prompt;
    std::string recipe; ///< a picture to make again
    RequestOptions request;
    PolicyOptions policy;
    LookOptions look;
    std::int64_t queries = kRecordQueries;
    ModelOptions model;
    std::string output = "inspection";
    bool force = false;
    bool quiet = false;
};

/// All that is known when the work is done.
struct Results {
    Recipe recipe;
    Json model; ///< as reports name it
    GenerationReport report;
    RunRecord record;
    const RoleTable* calibrated = nullptr; ///< drafters and refiners that the run was given, or the model has
    std::optional<Look> look;
    std::optional<Look> evicted; ///< of the full cache, the weights of evicted tokens alone
};

std::string runJson(const Results& results) {
    Json document{{"program", "scalekv " SCALEKV_VERSION},
                  {"recipe", Json::parse(toJson(results.recipe))},
                  {"model", results.model}};
    document.update(reportJson(results.report));
    document["attention"] = Json::parse(toJson(results.record, results.calibrated));
    return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// A file of the folder and what goes into it. run.json is first: it marks the folder.
struct ResultFile {
    const char* name;
    std::function<void(const fs::path&, const Results&)> write;
};

std::vector<ResultFile> resultFiles(const std::optional<LookQuestion>& question, bool evicted) {
    const auto text = [](auto make) {
        return [make](const fs::path& file, const Results& results) { writeFile(file, make(results)); };
    };
    std::vector<ResultFile> files{
        {"run.json", text(runJson)},
        {"attention.csv", text([](const Results& r) { return toCsv(r.record, r.calibrated); })},
        {"heads.csv", text([](const Results& r) { return headsToCsv(r.record); })},
        {"picture.png", [](const fs::path& file, const Results& r) {
             writePng(file, r.report.images.front(), recipeText(r.recipe));
         }}};
    if (question) {
        files.push_back(
            {"look.json", text([](const Results& r) { return toJson(*r.look, r.record.schedule) + "\n"; })});
        files.push_back(
            {"look.csv", text([](const Results& r) { return toCsv(*r.look, r.record.schedule); })});
        files.push_back({"words.csv", text([](const Results& r) { return wordsToCsv(*r.look); })});
    }
    if (question && evicted) {
        files.push_back({"evicted.json", text([](const Results& r) {
                             return toJson(*r.evicted, r.record.schedule) + "\n";
                         })});
        files.push_back(
            {"evicted.csv", text([](const Results& r) { return toCsv(*r.evicted, r.record.schedule); })});
    }
    if (question && question->wordMaps)
        files.push_back({"word-maps.csv",
                         text([](const Results& r) { return wordMapsToCsv(*r.look, r.record.schedule); })});
    return files;
}

/// Before minutes of work: the folder is there, nothing in it would be lost, and everything can be written.
void checkFolder(const fs::path& folder, const std::vector<ResultFile>& files, bool force) {
    makeResultsFolder(folder);
    for (const ResultFile& file : files) {
        std::error_code unknown;
        if (!force && fs::exists(folder / file.name, unknown))
            throw Error((folder / file.name).string() +
                        " exists already; --force overwrites it, or name another folder with -o.");
        checkWritable(folder / file.name);
    }
    const fs::path maps = folder / figures::kMapsFolder;
    makeResultsFolder(maps);
    if (!force && !fs::is_empty(maps))
        throw Error(maps.string() +
                    " holds earlier heat maps; --force overwrites them, or name another folder with -o.");
}

/// What an earlier inspection left there and this one does not have would be taken for this one's.
void removeEarlier(const fs::path& folder, const std::vector<ResultFile>& wanted,
                   const RoleTable* calibrated) {
    std::error_code unknown; // none there, mostly
    for (const ResultFile& file :
         resultFiles(LookQuestion{.scale = 0, .token = -1, .wordMaps = true}, true)) {
        if (std::none_of(wanted.begin(), wanted.end(),
                         [&](const ResultFile& other) { return other.name == std::string_view(file.name); }))
            fs::remove(folder / file.name, unknown);
    }
    for (const char* ending : {".png", ".svg"}) {
        if (calibrated == nullptr)
            fs::remove(folder / figures::kMapsFolder / (std::string(figures::kCalibratedRoleStem) + ending),
                       unknown);
    }
}

Look lookAt(const Generation& generation, const RunRecord& record, const LookQuestion& question,
            ProgressLine& line, std::stop_token stop) {
    const std::string what = "looking at scale " + std::to_string(question.scale + 1);
    Look found = look(
        generation, record.bits, question, [&](const Progress& progress) { line.show(progress, what); },
        std::move(stop));
    line.clear();
    return found;
}

/// What the asked place would read of tokens that were evicted, had they been kept.
Look lookAtEvicted(const Generation& generation, const RunRecord& record, LookQuestion question,
                   ProgressLine& line, std::stop_token stop) {
    question.wordMaps = false;
    question.fullCache = true;
    Look found = lookAt(generation, record, question, line, std::move(stop));
    const auto& kept = record.kept[std::size_t(question.scale)];
    for (std::size_t layer = 0; layer < found.layers.size(); ++layer)
        found.layers[layer].heads = evictedWeights(found.layers[layer], *kept[layer]);
    return found;
}

Results inspect(const InspectArguments& options, const Generation& generation,
                const std::optional<LookQuestion>& question, std::stop_token stop) {
    const Model& model = generation.model();
    const GenerationPlan& plan = generation.plan();
    Results results;
    results.record = RunRecord(plan.schedule, model.layers(), model.heads());
    ProgressLine line(options.quiet ? ProgressLine::Mode::Quiet : ProgressLine::Mode::Shown);
    GenerationProgress progress(line, "", plan.schedule, {});
    progress.record(results.record);
    results.report = generation.run(progress, watchingForRecord(Preview::None, options.queries), stop);
    line.clear();
    results.recipe = recipeOf(plan.request, model.identity(), results.report, SCALEKV_VERSION);
    results.model = modelJson(model);
    results.calibrated =
        applyingRoles(plan.request.policy, model.identity(), model.identity(), model.roles(), model.layers());
    if (question)
        results.look = lookAt(generation, results.record, *question, line, stop);
    if (question && options.look.evicted())
        results.evicted = lookAtEvicted(generation, results.record, *question, line, std::move(stop));
    return results;
}

void run(const InspectArguments& options, std::stop_token stop) {
    PictureRequest picture = pictureRequest(options.recipe, options.request, options.policy, options.model);
    GenerationRequest& request = picture.request;
    if (!options.prompt.empty())
        request.prompts = {options.prompt};
    if (!picture.recipe && !options.request.seed)
        request.seed = randomSeed();
    const std::optional<LookQuestion> question =
        options.look.question(scaleSchedule(request.size, request.aspectRatio));
    const fs::path folder = options.output;
    const std::vector<ResultFile> wanted = resultFiles(question, options.look.evicted());
    checkFolder(folder, wanted, options.force);

    const Generation generation = prepare(picture.load(options.quiet, stop), request);
    if (!options.quiet)
        noteUntrained(picture.files, options.model.path, request, request.prompts.front());
    const Results results = inspect(options, generation, question, std::move(stop));
    removeEarlier(folder, wanted, results.calibrated);
    for (const ResultFile& file : wanted)
        file.write(folder / file.name, results);
    writeHeatMaps(folder, results.record, results.calibrated, results.recipe.request);
    if (!options.quiet)
        std::cout << "Everything is in " << folder.string() << " (seed " << request.seed << ", "
                  << durationText(results.report.totalSeconds) << ").\n";
}

} // namespace

Command addInspectCommand(CLI::App& program) {
    CLI::App* app = program.add_subcommand(
        "inspect", "Make a picture and write down what every layer and head looked at");
    auto options = std::make_shared<InspectArguments>();
    CLI::Option* prompt =
        app->add_option("prompt", options->prompt, "What to draw: \"a red apple on a blue background\"");
    prompt->type_name("TEXT");
    refuseBlank(*prompt);
    CLI::Option* recipe =
        app->add_option("--recipe", options->recipe,
                        "A picture to make again, to the bit; other options change its settings");
    recipe->type_name("PICTURE");
    app->add_option("-o,--output", options->output, "Folder of the results (inspection)")
        ->type_name("FOLDER");
    options->look.addTo(*app);
    app->add_option("--queries", options->queries,
                    "Queries to look at, per head, spread over the map; 0 = all (" +
                        std::to_string(options->queries) + ")")
        ->check(CLI::NonNegativeNumber)
        ->type_name("NUMBER");
    options->request.addTo(*app);
    options->policy.addTo(*app);
    options->model.addTo(*app);
    app->add_flag("--force", options->force, "Overwrite earlier results");
    app->add_flag("-q,--quiet", options->quiet, "Say nothing but errors");
    app->callback([prompt, recipe] {
        if (prompt->empty() && recipe->empty())
            throw CLI::RequiredError("A prompt (or --recipe PICTURE)");
    });
    return {app, [options](std::stop_token stop) { run(*options, stop); }};
}

} // namespace scalekv::cli
