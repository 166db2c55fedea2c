#include "app/cli/model_options.h"

#include "app/resource_paths.h"

#include <iostream>
#include <map>

namespace scalekv::cli {

namespace {

const std::map<std::string, Precision>& precisions() {
    static const std::map<std::string, Precision> kPrecisions{
        {"auto", Precision::Auto}, {"fp32", Precision::Float32}, {"bf16", Precision::BFloat16}};
    return kPrecisions;
}

} // namespace

void ModelOptions::preferPrecision(const std::string& name) {
    const auto found = precisions().find(name);
    if (load.precision == Precision::Auto && found != precisions().end())
        load.precision = found->second;
}

void ModelOptions::addTo(CLI::App& command) {
    command
        .add_option("--model", path,
                    "Model: a folder, its model.json, or a transformer file (the demo model)")
        ->type_name("PATH");
    command.add_option("--device", load.device, "Where to compute: cpu, cuda, cuda:1 … (cpu)")
        ->type_name("NAME");
    command
        .add_option("--precision", load.precision,
                    "auto, fp32 or bf16 (auto: bf16 where the device computes it natively)")
        ->transform(CLI::CheckedTransformer(precisions()).description(""))
        ->type_name("NAME");
}

ModelFiles ModelOptions::files() const {
    return findModel(path.empty() ? app::demoModel() : std::filesystem::path(path));
}

std::shared_ptr<const Model> loadModel(const ModelOptions& options, const ModelFiles& files,
                                       ProgressLine::Mode mode, std::stop_token stop) {
    ProgressLine line(mode);
    const auto progress = [&](double done, const std::string& what) { line.show(done, "Loading " + what); };
    std::shared_ptr<const Model> model = Model::load(files, options.load, progress, stop);
    line.clear();
    if (mode == ProgressLine::Mode::Shown)
        for (const std::string& note : model->notes())
            std::cerr << "Note: " << note << '\n';
    return model;
}

} // namespace scalekv::cli
