#include "scalekv/calibrate.h"

#include "engine/analysis/attention_probe.h"
#include "engine/analysis/attention_variance.h"
#include "engine/io/printable.h"
#include "engine/pipeline/pace.h"
#include "engine/pipeline/picture_run.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/pipeline/prepare.h"
#include "engine/pipeline/scale_loop.h"
#include "scalekv/calibration_summary.h"
#include "scalekv/error.h"
#include "scalekv/head_kinds.h"
#include "scalekv/head_orders.h"
#include "scalekv/write_file.h"

#include <algorithm>
#include <utility>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

void check(const CalibrationSettings& settings) {
    if (settings.request.prompts.empty())
        throw Error("There is no prompt to calibrate with.");
    checkProblem(settingProblem(settings));
}

/// What the file holds already; nothing measured where there is none.
Calibration begin(const fs::path& file, CalibratedModel model, CalibrationSettings settings) {
    std::error_code unknown;
    if (!fs::exists(file, unknown))
        return {std::move(model), std::move(settings), {}, {}};
    if (fs::is_directory(file, unknown))
        throw Error(pathText(file) + ": is a folder; name a file for the calibration.");
    Calibration found = readCalibration(file);
    checkContinues(found, file, model, settings);
    // Named and spelt as now: only what was measured is taken over.
    found.model = std::move(model);
    found.settings = std::move(settings);
    return found;
}

/// Keeps what the probe says of one prompt, and tells how far it is.
class PromptWatcher final : public ScaleWatcher {
public:
    PromptWatcher(const CalibrationSettings& settings, const ScaleSchedule& schedule, std::size_t prompt,
                  Pace& pace, CalibrationObserver& observer)
        : options_{.topShare = settings.topShare,
                   .queries = settings.queries,
                   .mass = true,
                   .massSequences = 1},
          schedule_(schedule), prompt_(prompt), pace_(pace), observer_(observer) {
        selectivity_.current.resize(schedule.size());
        selectivity_.top.resize(schedule.size());
        selectivity_.attended.resize(schedule.size());
        selectivity_.attention.resize(schedule.size());
    }

    /// What the settings' tap is to call. Layers come in order.
    void look(const LayerState& state) {
        if (state.scale == 0)
            return;
        const LayerAttention found = probeAttention(state, schedule_, options_);
        for (std::size_t h = 0; h < found.heads.size(); ++h) {
            const HeadAttention& head = found.heads[h];
            selectivity_.current[std::size_t(state.scale)].push_back(calibrationDigits(head.current));
            selectivity_.top[std::size_t(state.scale)].push_back(calibrationDigits(head.top));
            for (auto source = kWholeScales; source < state.scale; ++source)
                addAttended(source, std::size_t(state.layer) * found.heads.size() + h,
                            head.mass[std::size_t(source)]);
            auto& attention = selectivity_.attention[std::size_t(state.scale)];
            attention.resize(head.mass.size());
            for (std::size_t source = 0; source < head.mass.size(); ++source)
                attention[source].push_back(roundedAttention(head.mass[source]));
        }
        if (state.scale + 1 == std::int64_t(schedule_.size()))
            for (const double variance : attentionVariance(state, options_.queries))
                selectivity_.variance.push_back(calibrationDigits(variance));
    }
    void layerFinished(const NextScale& run, std::int64_t /*layer*/) override {
        pace_.layerDone(run.scale());
        observer_.layerFinished(prompt_, int(run.scale()), pace_.progress());
    }
    PromptSelectivity take() {
        for (std::size_t source = 0; source < selectivity_.attended.size(); ++source)
            for (double& sum : selectivity_.attended[source])
                sum = calibrationDigits(sum / double(schedule_.size() - 1 - source));
        return std::move(selectivity_);
    }

private:
    void addAttended(std::int64_t source, std::size_t column, double mass) {
        std::vector<double>& row = selectivity_.attended[std::size_t(source)];
        row.resize(std::max(row.size(), column + 1), 0.0);
        row[column] += mass;
    }

    AttentionProbeOptions options_;
    const ScaleSchedule& schedule_;
    std::size_t prompt_;
    Pace& pace_;
    CalibrationObserver& observer_;
    PromptSelectivity selectivity_;
};

} // namespace

std::vector<std::size_t> promptsLeft(const Calibration& calibration) {
    std::vector<std::size_t> left;
    for (std::size_t prompt = 0; prompt < calibration.settings.request.prompts.size(); ++prompt)
        if (prompt >= calibration.measured.size() || !calibration.measured[prompt].whole())
            left.push_back(prompt);
    return left;
}

CalibratedModel calibratedModel(const std::string& name, const ModelIdentity& identity, std::int64_t layers,
                                std::int64_t heads) {
    return {name, identity.transformer, layers, heads, identity.textEncoder};
}

CalibrationSettings calibrationSettings(CalibrationSettings settings, const std::string& precision) {
    settings.request.policy = {};
    settings.precision = precision;
    return settings;
}

void checkContinues(const Calibration& found, const fs::path& file, const CalibratedModel& model,
                    const CalibrationSettings& settings) {
    constexpr const char* kWayOut = "; name another file, or remove this one to start anew.";
    const bool otherText = !found.model.textEncoder.empty() && found.model.textEncoder != model.textEncoder;
    if (found.model.fingerprint != model.fingerprint || otherText || found.model.layers != model.layers ||
        found.model.heads != model.heads)
        throw Error(pathText(file) + ": is the calibration of another model (" + printable(found.model.name) +
                    ")" + kWayOut);
    if (const std::string difference = firstDifference(found.settings, settings); !difference.empty())
        throw Error(pathText(file) + ": was begun with other settings (" + printable(difference) + ")" +
                    kWayOut);
}

Calibration calibrate(const Model& model, CalibrationSettings settings, const fs::path& file,
                      CalibrationObserver& observer, std::stop_token stop) {
    check(settings);
    return withPlainErrors([&] {
        const LoadedModel& loaded = model.loaded();
        settings = calibrationSettings(std::move(settings), model.precision());
        const GenerationRequest& request = settings.request;
        GenerationRequest first = request;
        first.prompts.resize(1);
        const PreparedRequest one = prepareRequest(first, termsOf(loaded));

        const std::size_t prompts = request.prompts.size();
        Calibration calibration =
            begin(file, calibratedModel(model.files().name, model.identity(), model.layers(), model.heads()),
                  settings);
        const std::vector<std::size_t> left = promptsLeft(calibration);
        if (!left.empty())
            checkWritable(file);
        observer.calibrationStarted(prompts - left.size(), prompts);

        const std::vector<RunWork> works(left.size(), expectedWork(one, loaded, WorkTerms::Decoded::Nothing));
        Pace pace(works, loaded.speed->factors());
        for (const std::size_t prompt : left) {
            pace.beginRun();
            const PreparedRequest run = one.with({request.prompts[prompt]}, request.seed + prompt);
            const std::vector<at::Tensor> text = encodeText(loaded, run.plan.request, run.plan.guided, stop);
            pace.textDone();
            PromptWatcher watcher(settings, run.plan.schedule, prompt, pace, observer);
            NextScaleSettings tapped = run.settings;
            tapped.tap = [&watcher](const LayerState& state) { watcher.look(state); };
            runScales(loaded.transformer, tapped, text, watcher, stop);
            if (prompt < calibration.measured.size())
                calibration.measured[prompt] = watcher.take();
            else
                calibration.measured.push_back(watcher.take());
            writeFile(file, toJson(calibration));
            observer.promptFinished(prompt);
        }
        calibration.roles = summarise(calibration).roles;
        return calibration;
    });
}

} // namespace scalekv
