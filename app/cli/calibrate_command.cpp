#include "app/cli/calibration_table.h"
#include "app/cli/command.h"
#include "app/cli/model_options.h"
#include "app/cli/prompt_file.h"
#include "app/cli/request_options.h"
#include "app/cli/usual_prompts.h"
#include "scalekv/calibrate.h"
#include "scalekv/calibration_summary.h"
#include "scalekv/error.h"
#include "scalekv/write_file.h"

#include <iostream>
#include <memory>

namespace scalekv::cli {
namespace {

namespace fs = std::filesystem;

struct CalibrateArguments {
    std::string promptFile;
    RequestOptions request;
    ModelOptions model;
    CalibrationSettings calibration; ///< its request is made when the model is known
    std::string output;
    std::string headOrders; ///< a file for the order in which heads drop, in HeatKV's released form
    std::string headKinds;  ///< a file for how heads look back
    bool quiet = false;
};

/// One progress line over all prompts.
class PromptProgress final : public CalibrationObserver {
public:
    explicit PromptProgress(ProgressLine& line) : line_(line) {}

    void calibrationStarted(std::size_t finished, std::size_t prompts) override {
        prompts_ = prompts;
        if (finished > 0 && finished < prompts)
            line_.milestone("Continuing after " + std::to_string(finished) + " of " +
                            std::to_string(prompts) + " prompts");
    }
    void layerFinished(std::size_t prompt, int scale, const scalekv::Progress& progress) override {
        line_.show(progress, "Prompt " + std::to_string(prompt + 1) + "/" + std::to_string(prompts_) +
                                 ", scale " + std::to_string(scale + 1));
    }
    void promptFinished(std::size_t prompt) override {
        line_.milestone("Prompt " + std::to_string(prompt + 1) + " of " + std::to_string(prompts_) +
                        " is saved");
    }

private:
    ProgressLine& line_;
    std::size_t prompts_ = 0;
};

void run(const CalibrateArguments& options, std::stop_token stop) {
    const ModelFiles files = options.model.files();
    CalibrationSettings settings = options.calibration;
    settings.request = options.request.request(recommendedRequest(files));
    settings.request.prompts =
        options.promptFile.empty() ? usualPrompts(files) : readPrompts(options.promptFile);
    if (!options.request.seed)
        settings.request.seed = 0; // measured again, the same comes out
    checkOptions(settingProblem(settings));
    const fs::path file = options.output.empty() ? files.newCalibration : fs::path(options.output);
    std::error_code unknown;
    if (!fs::exists(file, unknown)) // one that is there may be finished, and is then only shown
        checkWritable(file);

    if (!options.headOrders.empty())
        checkWritable(options.headOrders); // before minutes of work
    if (!options.headKinds.empty())
        checkWritable(options.headKinds);
    const auto mode = options.quiet ? ProgressLine::Mode::Quiet : ProgressLine::Mode::Shown;
    const std::shared_ptr<const Model> model = loadModel(options.model, files, mode, stop);
    ProgressLine line(mode);
    PromptProgress progress(line);
    const Calibration calibration = calibrate(*model, settings, file, progress, stop);
    line.clear();
    if (!options.headOrders.empty()) {
        const std::optional<HeadOrders> orders = headOrders(calibration);
        if (!orders)
            throw Error("Size " + settings.request.size +
                        " has too few scales for an order in which heads drop; calibrate at a larger size.");
        writeFile(options.headOrders, toJson(*orders));
    }
    if (!options.headKinds.empty())
        writeFile(options.headKinds, toJson(headKinds(calibration).value()));
    if (!options.quiet)
        std::cout << calibrationTable(calibration) << "\nSaved as " << file.string() << "\n";
}

} // namespace

Command addCalibrateCommand(CLI::App& program) {
    CLI::App* app =
        program.add_subcommand("calibrate", "Measure which layers need much cache, at which scale");
    auto options = std::make_shared<CalibrateArguments>();
    app->add_option("--prompts", options->promptFile,
                    "A file of prompts: lines, .json, .csv (the model's, or ten that come with the program)")
        ->type_name("FILE");
    app->add_option("-o,--output", options->output,
                    "The calibration's file; one that was begun is continued (calibration.json beside the "
                    "model's weights)")
        ->type_name("FILE");
    app->add_option("--head-orders", options->headOrders,
                    "Also write the order in which heads drop, as HeatKV's released code reads it")
        ->type_name("FILE");
    app->add_option("--head-kinds", options->headKinds,
                    "Also write how each head looks back, as policy hack reads it")
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
