#include "app/cli/calibration_table.h"
#include "app/cli/command.h"
#include "app/cli/model_options.h"
#include "app/cli/prompt_file.h"
#include "app/cli/request_options.h"
#include "app/cli/words.h"
#include "app/resource_paths.h"
#include "scalekv/calibrate.h"
#include "scalekv/error.h"
#include "scalekv/time_left.h"

#include <iostream>
#include <memory>

namespace scalekv::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string promptFile;
    RequestOptions request;
    ModelOptions model;
    CalibrationRequest calibration; ///< its generation is made when the model is known
    std::string output;
    bool quiet = false;
};

/// One progress line over all prompts.
class Progress final : public CalibrationObserver {
public:
    explicit Progress(ProgressLine& line) : line_(line) {}

    void calibrationStarted(std::size_t finished, std::size_t prompts) override {
        prompts_ = prompts;
        if (finished > 0 && finished < prompts)
            line_.milestone("Continuing after " + std::to_string(finished) + " of " +
                            std::to_string(prompts) + " prompts");
    }
    void layerFinished(std::size_t prompt, int scale, double workDone) override {
        timeLeft_.update(workDone, std::chrono::steady_clock::now() - start_);
        std::string text = "Prompt " + std::to_string(prompt + 1) + "/" + std::to_string(prompts_) +
                           ", scale " + std::to_string(scale + 1);
        if (const auto left = timeLeft_.left())
            text += ", " + durationText(left->count()) + " left";
        line_.show(workDone, text);
    }
    void promptFinished(std::size_t prompt) override {
        line_.milestone("Prompt " + std::to_string(prompt + 1) + " of " + std::to_string(prompts_) +
                        " is saved");
    }

private:
    ProgressLine& line_;
    std::size_t prompts_ = 0;
    TimeLeft timeLeft_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// The prompts that were named, those that the model's author recommends, or ours for large models.
std::string promptFileFor(const Options& options, const ModelFiles& model) {
    if (!options.promptFile.empty())
        return options.promptFile;
    return (model.calibrationPrompts.empty() ? app::calibrationPrompts() : model.calibrationPrompts).string();
}

void run(const Options& options, std::stop_token stop) {
    const auto mode = options.quiet ? ProgressLine::Mode::Quiet : ProgressLine::Mode::Shown;
    const std::shared_ptr<const Model> model = loadModel(options.model, mode, stop);
    const ModelFiles& files = model->files();
    const fs::path file = options.output.empty() ? files.newCalibration : fs::path(options.output);

    CalibrationRequest request = options.calibration;
    request.generation = options.request.request(files);
    request.generation.prompts = readPrompts(promptFileFor(options, files));
    request.generation.seed = options.request.seed.value_or(0); // measured again, the same comes out

    ProgressLine line(mode);
    Progress progress(line);
    const Calibration calibration = calibrate(*model, request, file, progress, stop);
    line.clear();
    if (!options.quiet)
        std::cout << calibrationTable(calibration) << "\nSaved as " << file.string() << "\n";
}

} // namespace

Command addCalibrateCommand(CLI::App& program) {
    CLI::App* app =
        program.add_subcommand("calibrate", "Measure which layers need much cache, at which scale");
    auto options = std::make_shared<Options>();
    app->add_option("--prompts", options->promptFile,
                    "A file of prompts, one a line (the model's, or ten that come with the program)")
        ->type_name("FILE");
    app->add_option("-o,--output", options->output,
                    "The calibration's file; one that was begun is continued (calibration.json beside the "
                    "model's weights)")
        ->type_name("FILE");
    app->add_option("--queries", options->calibration.queries,
                    "Tokens of each map whose attention is looked at; 0 = all (" +
                        std::to_string(options->calibration.queries) + ")")
        ->check(CLI::Range(0, 1000000).description(""))
        ->type_name("NUMBER");
    app->add_option("--top-share", options->calibration.topShare,
                    "Part of the history that counts as its top (0.1)")
        ->type_name("SHARE");
    app->add_option("--drafters", options->calibration.drafterShare,
                    "Part of all layers and scales that become drafters (0.0625)")
        ->type_name("SHARE");
    options->request.addTo(*app);
    app->get_option("--seed")->description("Seed of the first prompt; each next one's is one more (0)");
    options->model.addTo(*app);
    app->add_flag("-q,--quiet", options->quiet, "Say nothing but errors");
    return {app, [options](std::stop_token stop) { run(*options, stop); }};
}

} // namespace scalekv::cli
