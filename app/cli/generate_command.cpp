#include "app/cli/command.h"
#include "app/cli/generation_progress.h"
#include "app/cli/json_output.h"
#include "app/cli/model_notes.h"
#include "app/cli/output_name.h"
#include "app/cli/picture_request.h"
#include "app/cli/prompt_file.h"
#include "scalekv/error.h"
#include "scalekv/file_stem.h"
#include "scalekv/generation.h"
#include "scalekv/scale_schedule.h"
#include "scalekv/unit_text.h"
#include "scalekv/write_file.h"

#include <cstdio>
#include <iostream>
#include <memory>
#include <utility>

namespace scalekv::cli {
namespace {

namespace fs = std::filesystem;

struct GenerateArguments {
    std::string prompt;
    std::string promptFile;
    std::string recipe; ///< a picture to make again
    RequestOptions request;
    PolicyOptions policy;
    ModelOptions model;
    std::string output;
    std::string json;
    int count = 1;
    bool force = false;
    bool everyScale = false;
    bool quiet = false;
};

/// One picture that is asked for.
struct Job {
    std::string prompt;
    std::uint64_t seed = 0;
    fs::path file;
};

/// What is asked for, from a recipe or from options alone.
std::vector<std::string> promptsOf(const GenerateArguments& options, const std::optional<Recipe>& recipe) {
    if (!options.promptFile.empty())
        return readPrompts(options.promptFile);
    if (recipe && options.prompt.empty())
        return recipe->request.prompts;
    return {options.prompt};
}

/// Every prompt with every seed, and where each picture goes.
std::vector<Job> planJobs(const GenerateArguments& options, const std::optional<Recipe>& recipe) {
    const std::vector<std::string> prompts = promptsOf(options, recipe);
    const bool many = prompts.size() > 1 || options.count > 1;
    // With many pictures, -o is the folder that takes them.
    const fs::path folder = many ? fs::path(options.output) : fs::path();
    if (!folder.empty()) {
        std::error_code problem;
        fs::create_directories(folder, problem);
        if (!fs::is_directory(folder, problem))
            throw Error(folder.string() + ": this folder for the pictures cannot be made.");
    }
    const std::uint64_t firstSeed = options.request.seed ? *options.request.seed
                                    : recipe             ? recipe->request.seed
                                                         : randomSeed();
    std::vector<Job> jobs;
    for (const std::string& prompt : prompts) {
        for (int i = 0; i < options.count; ++i) {
            Job job{prompt, firstSeed + std::uint64_t(i), many ? fs::path() : pictureFile(options.output)};
            if (many || options.output.empty()) {
                const std::optional<int> number = many ? std::optional(int(jobs.size()) + 1) : std::nullopt;
                job.file = folder / (fileStem(prompt, job.seed, number) + ".png");
                if (!options.force)
                    job.file = unusedName(job.file);
            }
            jobs.push_back(std::move(job));
        }
    }
    return jobs;
}

/// "picture.png" → "picture.scale03.png"
fs::path scaleFile(const fs::path& file, int scale) {
    char ending[32];
    std::snprintf(ending, sizeof ending, ".scale%02d.png", scale + 1);
    return file.parent_path() / (file.stem().string() + ending);
}

/// Makes the pictures one after the other and keeps the report of those that are done.
class Run {
public:
    Run(const GenerateArguments& options, std::vector<Job> jobs, GenerationRequest request,
        std::shared_ptr<const Model> model)
        : options_(options), jobs_(std::move(jobs)), model_(std::move(model)), request_(std::move(request)) {
        if (options_.everyScale)
            watching_.preview = Preview::EachScale;
        (void)prepared(jobs_.front());
        if (!options_.quiet) {
            std::string prompts;
            for (const Job& job : jobs_)
                prompts += job.prompt + '\n';
            noteUntrained(model_->files(), options_.model.path, request_, prompts);
        }
    }

    void generateAll(std::stop_token stop) {
        for (std::size_t i = 0; i < jobs_.size(); ++i)
            generate(i, stop);
    }

    Json report(bool stopped) const {
        return {{"program", "scalekv " SCALEKV_VERSION},
                {"model", modelJson(*model_)},
                {"stopped", stopped},
                {"pictures", pictures_}};
    }

private:
    Generation prepared(const Job& job) const {
        GenerationRequest request = request_;
        request.prompts = {job.prompt};
        request.seed = job.seed;
        return prepare(model_, request);
    }

    void generate(std::size_t index, std::stop_token stop) {
        const Job& job = jobs_[index];
        const Generation generation = prepared(job);
        ProgressLine line(options_.quiet ? ProgressLine::Mode::Quiet : ProgressLine::Mode::Shown);
        const std::string title =
            jobs_.size() > 1 ? std::to_string(index + 1) + "/" + std::to_string(jobs_.size()) + " " : "";
        GenerationProgress::ScalePicture saveScale;
        if (options_.everyScale)
            saveScale = [&job](const ScaleReport& scale, const RgbImage& image) {
                writePng(scaleFile(job.file, scale.scale), image);
            };
        GenerationProgress progress(line, title, generation.plan().schedule, saveScale);
        const GenerationReport report = generation.run(progress, watching_, stop);
        line.clear();

        const Recipe recipe =
            recipeOf(generation.plan().request, model_->identity(), report, SCALEKV_VERSION);
        const RgbImage& image = report.images.front();
        writePng(job.file, image, recipeText(recipe));
        Json picture{{"file", job.file.string()}, {"width", image.width}, {"height", image.height}};
        picture["recipe"] = Json::parse(toJson(recipe));
        picture.update(reportJson(report));
        pictures_.push_back(std::move(picture));
        if (!options_.quiet)
            words(job.file) << job.file.string() << "  (seed " << job.seed << ", " << image.width << "x"
                            << image.height << ", " << durationText(report.totalSeconds) << ", cache "
                            << byteText(report.peakKvBytes) << ")" << std::endl;
    }

    /// Where people are told: not on standard output where a report or the picture itself goes there.
    std::ostream& words(const fs::path& picture) const {
        const bool taken = options_.json == kStandardOutput || !isOrdinaryFile(picture);
        return taken ? std::cerr : std::cout;
    }

    const GenerateArguments& options_;
    std::vector<Job> jobs_;
    std::shared_ptr<const Model> model_;
    GenerationRequest request_; ///< all but prompt and seed
    Watching watching_;
    Json pictures_ = Json::array();
};

void run(const GenerateArguments& options, std::stop_token stop) {
    PictureRequest picture = pictureRequest(options.recipe, options.request, options.policy, options.model);
    GenerationRequest& request = picture.request;
    std::vector<Job> jobs = planJobs(options, picture.recipe);
    const auto scales = options.everyScale ? scaleSchedule(request.size, request.aspectRatio).size() : 0;
    for (const Job& job : jobs) {
        checkPictureFile(job.file, options.force);
        for (std::size_t scale = 0; scale < scales; ++scale)
            checkPictureFile(scaleFile(job.file, int(scale)), options.force);
    }
    if (!options.json.empty() && options.json != kStandardOutput)
        checkWritable(options.json);
    const std::shared_ptr<const Model> model = picture.load(options.quiet, stop);
    Run generation(options, std::move(jobs), std::move(request), model);
    const auto report = [&](bool stopped) {
        if (!options.json.empty())
            writeJson(options.json, generation.report(stopped));
    };
    try {
        generation.generateAll(stop);
    } catch (const Cancelled&) {
        report(true); // what is finished stays
        throw;
    } catch (const std::exception&) {
        const std::exception_ptr first = std::current_exception();
        try {
            report(true);
        } catch (const Error&) {
            // Where there is no room for a picture, there may be none for the report; the first is what to
            // say.
        }
        std::rethrow_exception(first);
    }
    report(false);
}

} // namespace

Command addGenerateCommand(CLI::App& program) {
    CLI::App* app = program.add_subcommand("generate", "Make a picture from a prompt");
    auto options = std::make_shared<GenerateArguments>();
    CLI::Option* prompt =
        app->add_option("prompt", options->prompt, "What to draw: \"a red apple on a blue background\"");
    prompt->type_name("TEXT");
    refuseBlank(*prompt);
    CLI::Option* promptFile =
        app->add_option("--prompts", options->promptFile,
                        "A file of prompts: lines (# starts a comment), .json, .csv; - is standard input");
    promptFile->type_name("FILE")->excludes(prompt);
    CLI::Option* recipe =
        app->add_option("--recipe", options->recipe,
                        "A picture to make again, to the bit; other options change its settings");
    recipe->type_name("PICTURE")->excludes(promptFile);
    app->add_option(
           "-o,--output", options->output,
           "The picture's file, a PNG (.png is put behind a name without it); with many pictures, their "
           "folder")
        ->type_name("PATH");
    app->add_option("--count", options->count, "Pictures a prompt, with seeds counting up (1)")
        ->check(CLI::Range(1, 1000000).description(""))
        ->type_name("NUMBER");
    options->request.addTo(*app);
    options->policy.addTo(*app);
    options->model.addTo(*app);
    app->add_flag("--scales", options->everyScale, "Save the picture after every scale, too");
    app->add_flag("--force", options->force, "Overwrite pictures that exist");
    addJsonOption(*app, options->json);
    app->add_flag("-q,--quiet", options->quiet, "Say nothing but errors");
    app->callback([prompt, promptFile, recipe] {
        if (prompt->empty() && promptFile->empty() && recipe->empty())
            throw CLI::RequiredError("A prompt (or --prompts FILE, or --recipe PICTURE)");
    });
    return {app, [options](std::stop_token stop) { run(*options, stop); }};
}

} // namespace scalekv::cli
