#include "app/cli/command.h"
#include "app/cli/json_output.h"
#include "app/cli/model_options.h"
#include "app/cli/output_name.h"
#include "scalekv/png.h"
#include "scalekv/reconstruct.h"

#include <cstdio>
#include <iostream>
#include <memory>

namespace scalekv::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string image;
    std::string output;
    std::string size;
    ModelOptions model;
    std::string json;
    bool quiet = false;
};

void run(const Options& options, std::stop_token stop) {
    const RgbImage original = readPng(options.image).image;
    const fs::path output = options.output.empty()
                                ? unusedName(fs::path(options.image).stem().string() + "-reconstructed.png")
                                : fs::path(options.output);
    const auto mode = options.quiet ? ProgressLine::Mode::Quiet : ProgressLine::Mode::Shown;
    const std::shared_ptr<const Model> model = loadModel(options.model, mode, stop);
    const Reconstruction result = reconstruct(
        *model, original, options.size.empty() ? model->files().defaults.size : options.size, stop);
    const RgbImage& image = result.image;
    writePng(output, image);

    if (!options.json.empty())
        writeJson(options.json, Json{{"file", output.string()},
                                     {"width", image.width},
                                     {"height", image.height},
                                     {"size", result.size},
                                     {"aspect_ratio", result.aspectRatio},
                                     {"bits", result.bits},
                                     {"psnr", result.psnr}} // null when nothing is lost: JSON has no infinity
                                    .dump(1, ' ', false, Json::error_handler_t::replace));
    if (!options.quiet && options.json != "-") {
        char psnr[32];
        std::snprintf(psnr, sizeof psnr, "%.2f dB", result.psnr);
        std::cout << output.string() << "  (" << image.width << "x" << image.height << ", " << result.bits
                  << " bits, PSNR " << psnr << ")\n";
    }
}

} // namespace

Command addReconstructCommand(CLI::App& program) {
    CLI::App* app = program.add_subcommand("reconstruct", "Take a picture through the model's VAE and back");
    auto options = std::make_shared<Options>();
    app->add_option("image", options->image, "A PNG")->required()->type_name("IMAGE");
    app->add_option("-o,--output", options->output, "The result's file (IMAGE-reconstructed.png)")
        ->type_name("PATH");
    app->add_option("--size", options->size, "0.06M, 0.25M, 0.60M or 1M pixels (the model's)")
        ->type_name("SIZE");
    options->model.addTo(*app);
    addJsonOption(*app, options->json);
    app->add_flag("-q,--quiet", options->quiet, "Say nothing but errors");
    return {app, [options](std::stop_token stop) { run(*options, stop); }};
}

} // namespace scalekv::cli
