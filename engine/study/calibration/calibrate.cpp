#include "scalekv/calibrate.h"

#include "engine/analysis/attention_probe.h"
#include "engine/analysis/fingerprint.h"
#include "engine/io/printable.h"
#include "engine/pipeline/generation.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/pipeline/work_estimate.h"
#include "scalekv/calibration_summary.h"
#include "scalekv/error.h"
#include "scalekv/text_file.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

void check(const CalibrationRequest& request) {
    if (!(request.topShare > 0 && request.topShare <= 1))
        throw Error("The share of history that counts as the top must be above 0 and at most 1.");
    if (request.queries < 0)
        throw Error("The number of sampled queries must be 0 (all) or more.");
    if (!(request.drafterShare >= 0 && request.drafterShare <= 1))
        throw Error("The share of drafters must be between 0 and 1.");
}

/// A file that cannot be written should be told before minutes of work, not after.
void checkWritable(const fs::path& file) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    std::error_code problem;
    if (!fs::is_directory(folder, problem))
        throw Error(pathText(file) + ": the folder " + pathText(folder) + " does not exist.");
    if (::access(folder.c_str(), W_OK) != 0)
        throw Error(pathText(file) + ": nothing may be written to its folder; name another file.");
}

/// The generation of one of a calibration's prompts.
GenerationRequest promptRequest(const CalibrationRequest& request, std::size_t prompt) {
    GenerationRequest one = request.generation;
    one.prompts = {request.generation.prompts.at(prompt)};
    one.seed += prompt;
    one.policy = {};
    one.preview = Preview::None;
    return one;
}

CalibratedModel calibratedModel(const Model& model) {
    return {model.files().name, fingerprintOf(model), model.layers(), model.heads()};
}

/// What the file holds already; nothing measured where there is none.
Calibration begin(const fs::path& file, CalibratedModel model, CalibrationSettings settings) {
    std::error_code unknown;
    if (!fs::exists(file, unknown))
        return {std::move(model), std::move(settings), {}, {}};
    if (fs::is_directory(file, unknown))
        throw Error(pathText(file) + ": is a folder; name a file for the calibration.");
    Calibration found = readCalibration(file);
    constexpr const char* kWayOut = "; name another file, or remove this one to start anew.";
    if (found.model.fingerprint != model.fingerprint || found.model.layers != model.layers ||
        found.model.heads != model.heads)
        throw Error(pathText(file) + ": is the calibration of another model (" + printable(found.model.name) +
                    ")" + kWayOut);
    if (const std::string difference = settingsDifference(found.settings, settings); !difference.empty())
        throw Error(pathText(file) + ": was begun with other settings (" + printable(difference) + ")" +
                    kWayOut);
    // Named and spelt as now: only what was measured is taken over.
    found.model = std::move(model);
    found.settings = std::move(settings);
    return found;
}

/// Shares of a prompt's work, by multiply-adds.
class PromptWork {
public:
    PromptWork(const TransformerShape& shape, const ScaleSchedule& schedule) {
        std::int64_t keys = 0;
        for (const MapSize& map : schedule) {
            keys += map.tokens();
            layer_.push_back(layerFlops(shape, 1, map.tokens(), keys, 0).total());
            total_ += layer_.back() * double(shape.layers);
        }
    }
    double layer(std::int64_t scale) const { return layer_[std::size_t(scale)] / total_; }

private:
    std::vector<double> layer_;
    double total_ = 0;
};

/// Keeps what the probe says of one prompt.
class Recorder {
public:
    Recorder(const ScaleSchedule& schedule, AttentionProbeOptions options)
        : schedule_(schedule), options_(std::move(options)) {
        selectivity_.current.resize(schedule.size());
        selectivity_.top.resize(schedule.size());
    }
    /// Layers come in order.
    void look(const LayerState& state) {
        if (state.scale == 0)
            return;
        const LayerAttention found = probeAttention(state, schedule_, options_);
        for (const HeadAttention& head : found.heads) {
            selectivity_.current[std::size_t(state.scale)].push_back(calibrationDigits(head.current));
            selectivity_.top[std::size_t(state.scale)].push_back(calibrationDigits(head.top));
        }
    }
    PromptSelectivity take() { return std::move(selectivity_); }

private:
    const ScaleSchedule& schedule_;
    AttentionProbeOptions options_;
    PromptSelectivity selectivity_;
};

} // namespace

CalibrationSettings calibrationSettings(const CalibrationRequest& request, const Model& model) {
    const GenerationRequest& generation = request.generation;
    CalibrationSettings settings;
    settings.prompts = generation.prompts;
    settings.negativePrompt = generation.negativePrompt;
    settings.seed = generation.seed;
    settings.size = generation.size;
    settings.aspectRatio = generation.aspectRatio;
    settings.cfg = generation.cfg;
    settings.tau = generation.tau;
    settings.cfgInsertionLayers = generation.cfgInsertionLayers;
    settings.topK = generation.topK;
    settings.topP = generation.topP;
    settings.precision = model.precision();
    settings.topShare = request.topShare;
    settings.queries = request.queries;
    settings.drafterShare = request.drafterShare;
    return settings;
}

Calibration calibrate(const Model& model, const CalibrationRequest& request, const fs::path& file,
                      CalibrationObserver& observer, std::stop_token stop) {
    check(request);
    if (request.generation.prompts.empty())
        throw Error("There is no prompt to calibrate with.");
    return withPlainErrors([&] {
        const Model::Parts& parts = model.parts();
        const NextScaleSettings plain = nextScaleSettings(promptRequest(request, 0), parts);
        const std::size_t prompts = request.generation.prompts.size();
        Calibration calibration = begin(file, calibratedModel(model), calibrationSettings(request, model));
        const std::size_t found = calibration.measured.size();
        if (found < prompts)
            checkWritable(file);
        observer.calibrationStarted(found, prompts);

        const PromptWork work(parts.transformer.shape(), plain.schedule);
        double done = 0;
        for (std::size_t prompt = found; prompt < prompts; ++prompt) {
            const GenerationRequest one = promptRequest(request, prompt);
            NextScaleSettings settings = plain;
            settings.seed = one.seed;
            Recorder recorder(plain.schedule, {.topShare = request.topShare, .queries = request.queries});
            settings.tap = [&recorder](const LayerState& state) { recorder.look(state); };
            NextScale run(parts.transformer, std::move(settings),
                          encodeText(parts, one, plain.guided(), stop));
            while (!run.finished()) {
                const std::int64_t scale = run.scale();
                run.feed(run.sample(run.predict(stop, [&](std::int64_t, const KvCache&) {
                    done += work.layer(scale);
                    observer.layerFinished(prompt, int(scale), std::min(1.0, done / double(prompts - found)));
                })));
            }
            calibration.measured.push_back(recorder.take());
            writeTextFile(file, toJson(calibration));
            observer.promptFinished(prompt);
        }
        calibration.roles = summarise(calibration).roles;
        return calibration;
    });
}

std::string fingerprintOf(const Model& model) {
    return fingerprint(Checkpoint::open(model.files().transformer), model.parts().transformer.shape().prefix);
}

std::string calibrationNote(const Calibration& calibration, const Model& model) {
    if (calibration.model.layers != model.layers() || calibration.model.heads != model.heads())
        throw Error("The calibration is of a model with " + std::to_string(calibration.model.layers) +
                    " layers of " + std::to_string(calibration.model.heads) + " heads, but this one has " +
                    std::to_string(model.layers()) + " of " + std::to_string(model.heads()) +
                    "; calibrate this model.");
    if (calibration.model.fingerprint == fingerprintOf(model))
        return "";
    return "The calibration is of other weights (" + printable(calibration.model.name) +
           "); its roles may not fit this model.";
}

} // namespace scalekv
