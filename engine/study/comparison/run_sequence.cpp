#include "engine/study/comparison/run_sequence.h"

#include "engine/cache/one_layer_policy.h"
#include "engine/pipeline/picture_run.h"

namespace scalekv {
namespace {

PreparedRequest ofOneLayer(const PreparedRequest& request, int layer) {
    PreparedRequest one = request;
    one.settings.policy = std::make_shared<OneLayerPolicy>(request.settings.policy, layer);
    return one;
}

} // namespace

RunSequence::RunSequence(const LoadedModel& model, const std::vector<RunWork>& works,
                         std::function<void(const ComparisonProgress&)> tell, std::stop_token stop)
    : model_(model), tell_(std::move(tell)), stop_(std::move(stop)), pace_(works, model.speed->factors()) {
    progress_.runs = int(works.size());
}

void RunSequence::begin(const PolicyChoice& policy, std::string how) {
    pace_.beginRun();
    ++progress_.run;
    progress_.policy = policy;
    progress_.how = std::move(how);
    tell();
}

std::vector<at::Tensor> RunSequence::encode(const PreparedRequest& request) {
    std::vector<at::Tensor> text = encodeText(model_, request.plan.request, request.plan.guided, stop_);
    pace_.textDone();
    return text;
}

RunSetup RunSequence::setup(const PreparedRequest& request, const std::vector<at::Tensor>& text) {
    return {model_, request, text, pace_, [this] { tell(); }, stop_};
}

void RunSequence::tell() {
    progress_.progress = pace_.progress();
    tell_(progress_);
}

void addForcedWork(std::vector<RunWork>& works, const PreparedRequest& request, const LoadedModel& model,
                   bool byLayer) {
    const auto add = [&](const PreparedRequest& run) {
        works.push_back(expectedWork(run, model, WorkTerms::Decoded::Nothing, false));
    };
    add(request);
    for (int layer = 0; byLayer && layer < request.plan.layers; ++layer)
        add(ofOneLayer(request, layer));
}

TeacherForcedFigures measure(RunSequence& runs, const PreparedRequest& request,
                             const std::vector<at::Tensor>& text, const FullRun& full, bool byLayer) {
    const PolicyChoice& policy = request.plan.request.policy;
    runs.begin(policy, "teacher-forced");
    TeacherForcedFigures figures = runTeacherForced(runs.setup(request, text), full);
    for (int layer = 0; byLayer && layer < request.plan.layers; ++layer) {
        runs.begin(policy, "layer " + std::to_string(layer + 1) + " alone");
        const PreparedRequest one = ofOneLayer(request, layer);
        figures.klPerLayer.push_back(runTeacherForced(runs.setup(one, text), full).klPerScale);
    }
    return figures;
}

} // namespace scalekv
