#include "scalekv/generation.h"

#include "engine/device/device_memory.h"
#include "engine/pipeline/pace.h"
#include "engine/pipeline/picture_run.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/pipeline/prepare.h"
#include "scalekv/process_memory.h"

#include <algorithm>

namespace scalekv {

struct Generation::Prepared {
    std::shared_ptr<const Model> model;
    PreparedRequest request;
};

Generation::Generation(std::shared_ptr<const Prepared> prepared) : prepared_(std::move(prepared)) {}

WholeHistory GenerationPlan::history() const {
    const std::int64_t tokens = cachedTokens(schedule);
    const std::int64_t all = std::max<std::int64_t>(1, tokens * std::int64_t(request.prompts.size()));
    return {tokens, fullPeakKvBytes / all};
}

const GenerationPlan& Generation::plan() const {
    return prepared_->request.plan;
}

const Model& Generation::model() const {
    return *prepared_->model;
}

Generation prepare(std::shared_ptr<const Model> model, const GenerationRequest& request, BatchDraw draw) {
    PreparedRequest prepared = prepareRequest(request, termsOf(model->loaded()));
    prepared.settings.draw = draw;
    return Generation(std::make_shared<const Generation::Prepared>(
        Generation::Prepared{std::move(model), std::move(prepared)}));
}

GenerationReport Generation::run(GenerationObserver& observer, const Watching& watching,
                                 std::stop_token stop) const {
    return withPlainErrors([&] {
        const LoadedModel& loaded = model().loaded();
        const PreparedRequest& request = prepared_->request;
        const double start = monotonicSeconds();
        const at::Device device = loaded.transformer.device();
        resetPeakDeviceBytes(device);
        const auto decoded = watching.preview == Preview::EachScale ? WorkTerms::Decoded::EveryScale
                                                                    : WorkTerms::Decoded::Picture;
        Pace pace({expectedWork(request, loaded, decoded)}, loaded.speed->factors());
        pace.beginRun();
        const std::vector<at::Tensor> text = encodeText(loaded, plan().request, plan().guided, stop);
        pace.textDone();
        observer.progressed(pace.progress());
        const double textSeconds = monotonicSeconds() - start;

        GenerationReport report =
            runPictures({loaded.transformer, loaded.vae}, request, text, watching, pace, observer, stop);
        loaded.speed->learn(pace.factors());
        report.textSeconds = textSeconds;
        report.totalSeconds = monotonicSeconds() - start;
        report.weightBytes = model().weightBytes();
        report.peakResidentBytes = peakResidentBytes();
        report.peakDeviceBytes = peakDeviceBytes(device);
        report.precision = model().precision();
        report.device = model().device();
        return report;
    });
}

} // namespace scalekv
