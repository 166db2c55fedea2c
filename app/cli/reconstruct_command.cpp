#include "app/cli/command.h"
#include "app/cli/json_output.h"
#include "app/cli/model_options.h"
#include "app/cli/output_name.h"
#include "app/cli/request_options.h"
#include "scalekv/picture_file.h"
#include "scalekv/png.h"
#include "scalekv/reconstruct.h"
#include "scalekv/write_file.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>

namespace scalekv::cli {
namespace {

namespace fs = std::filesystem;

struct ReconstructArguments {
    std::string image;
    std::string output;
    std::string size;
    ModelOptions model;
    std::string json;
    bool force = false;
    bool quiet = false;
};

std::string sizeText(const RgbImage& image) {
    return std::to_string(image.width) + "x" + std::to_string(image.height);
}

/// What was done to a picture before the VAE saw it; "" where nothing was.
std::string resizeNote(const RgbImage& picture, const Reconstruction& result) {
    const RgbImage& seen = result.original;
    if (seen.width == picture.width && seen.height == picture.height)
        return "";
    const double across = double(seen.width) / picture.width, down = double(seen.height) / picture.height;
    const double factor = std::max(across, down);
    std::string note = "the picture was " +
                       std::string(factor > 1   ? "enlarged"
                                   : factor < 1 ? "made smaller"
                                                : "cropped") +
                       " from " + sizeText(picture) + " to " + sizeText(seen) + ", as size " + result.size +
                       " asks";
    if (across != down && factor != 1)
        note += ", and its edges were cut off";
    return note;
}

void run(const ReconstructArguments& options, std::stop_token stop) {
    const fs::path output = options.output.empty()
                                ? unusedName(fs::path(options.image).stem().string() + "-reconstructed.png")
                                : pictureFile(options.output);
    const RgbImage original = readPicture(options.image);
    checkPictureFile(output, options.force);
    if (!options.json.empty() && options.json != kStandardOutput)
        checkWritable(options.json);
    const auto mode = options.quiet ? ProgressLine::Mode::Quiet : ProgressLine::Mode::Shown;
    const ModelFiles files = options.model.files();
    const std::shared_ptr<const Model> model = loadModel(options.model, files, mode, stop);
    const Reconstruction result =
        reconstruct(*model, original, options.size.empty() ? files.defaults.size : options.size, stop);
    const RgbImage& image = result.image;
    if (const std::string note = resizeNote(original, result); !options.quiet && !note.empty())
        std::cerr << "Note: " << note << ".\n";
    writePng(output, image);

    if (!options.json.empty())
        writeJson(options.json, Json{{"file", output.string()},
                                     {"width", image.width},
                                     {"height", image.height},
                                     {"original_width", original.width},
                                     {"original_height", original.height},
                                     {"size", result.size},
                                     {"aspect_ratio", result.aspectRatio},
                                     {"bits", result.bits},
                                     {"psnr", numberOrNull(result.psnr)}}); // null when nothing is lost
    if (!options.quiet && options.json != kStandardOutput) {
        char psnr[32];
        std::snprintf(psnr, sizeof psnr, "%.2f dB", result.psnr);
        (isOrdinaryFile(output) ? std::cout : std::cerr)
            << output.string() << "  (" << sizeText(image) << ", " << result.bits << " bits, PSNR " << psnr
            << ")\n";
    }
}

} // namespace

Command addReconstructCommand(CLI::App& program) {
    CLI::App* app = program.add_subcommand("reconstruct", "Take a picture through the model's VAE and back");
    auto options = std::make_shared<ReconstructArguments>();
    app->add_option("image", options->image, "A PNG")->required()->type_name("IMAGE");
    app->add_option(
           "-o,--output", options->output,
           "The result's file, a PNG; .png is put behind a name without it (IMAGE-reconstructed.png)")
        ->type_name("PATH");
    addSizeOption(
        *app, [options](const std::string& size) { options->size = size; }, "the model's");
    options->model.addTo(*app);
    app->add_flag("--force", options->force, "Overwrite a picture that exists");
    addJsonOption(*app, options->json);
    app->add_flag("-q,--quiet", options->quiet, "Say nothing but errors");
    return {app, [options](std::stop_token stop) { run(*options, stop); }};
}

} // namespace scalekv::cli
