#include "engine/pipeline/picture_run.h"

#include "engine/image/bit_packing.h"
#include "engine/image/bsq.h"
#include "engine/pipeline/layer_sights.h"
#include "engine/pipeline/scale_loop.h"

namespace scalekv {
namespace {

/// Decodes pictures, looks at attention, and keeps the observer informed.
class PictureWatcher final : public ScaleWatcher {
public:
    PictureWatcher(const Vae& vae, Preview preview, LayerSights& sights, Pace& pace,
                   GenerationObserver& observer, std::stop_token stop)
        : vae_(vae), preview_(preview), sights_(sights), pace_(pace), observer_(observer),
          stop_(std::move(stop)) {}

    void scaleStarted(const NextScale& run) override {
        const std::int64_t scale = run.scale();
        observer_.scaleStarted(int(scale), run.settings().schedule[std::size_t(scale)]);
    }

    void layerFinished(const NextScale& run, std::int64_t layer) override {
        pace_.layerDone(run.scale(), sights_.layerSeconds());
        tell(sights_.layerDone({.scale = int(run.scale()),
                                .layer = int(layer),
                                .layerKvBytes = run.kvBytes(layer),
                                .kvBytes = run.kvBytes()}));
        observer_.progressed(pace_.progress());
    }

    at::Tensor choose(const Prediction& prediction) override {
        std::vector<LayerProgress> seen;
        {
            const Stopwatch watch(askSeconds_);
            seen = sights_.scaleDone();
        }
        tell(seen);
        observer_.bitsChosen(int(prediction.scale), packBits(prediction.bits));
        return prediction.bits;
    }

    void scaleFinished(const NextScale& run, ScaleReport& report) override {
        const double asked = std::exchange(askSeconds_, 0.0); // not yet in the scale's time
        report.probeSeconds = sights_.takeSeconds() + asked;
        report.seconds += asked;
        std::vector<RgbImage> images;
        if (run.finished() || preview_ == Preview::EachScale) {
            const Stopwatch watch(report.decodeSeconds);
            // Decoding needs other buffers than the layers did.
            makeRoomFor(report.map, run.settings().schedule, run.codes().device());
            images = decode(run, report.scale);
        }
        report.seconds += report.decodeSeconds;
        if (!images.empty()) {
            pace_.decodeDone(report.scale);
            observer_.progressed(pace_.progress());
        }
        observer_.scaleFinished(report, images);
        pictures_ = std::move(images);
    }

    /// Those of the last scale.
    std::vector<RgbImage> takePictures() { return std::move(pictures_); }

private:
    void tell(const std::vector<LayerProgress>& layers) {
        for (const LayerProgress& layer : layers)
            observer_.layerFinished(layer);
    }
    std::vector<RgbImage> decode(const NextScale& run, std::int64_t scale) {
        // A preview is decoded at its own scale's resolution: the sum of codes has no finer detail yet, and
        // all previews of a picture together then cost about what the picture itself costs, instead of once a
        // scale.
        const at::Tensor codes =
            run.finished() ? run.codes() : bsq::resize(run.codes(), run.latentMap(scale));
        return toRgb(vae_.decode(codes, stop_));
    }

    const Vae& vae_;
    Preview preview_;
    LayerSights& sights_;
    Pace& pace_;
    GenerationObserver& observer_;
    std::stop_token stop_;
    double askSeconds_ = 0; ///< at the end of the scale at hand, for what was seen of its layers
    std::vector<RgbImage> pictures_;
};

} // namespace

RunWork expectedWork(const PreparedRequest& request, const LoadedModel& model, WorkTerms::Decoded decoded,
                     bool encodes) {
    const auto prompts = std::int64_t(request.plan.request.prompts.size());
    const bool negative = request.plan.guided && !request.plan.request.negativePrompt.empty();
    return runWork({.transformer = model.transformer.shape(),
                    .vae = model.vae.shape(),
                    .plan = request.settings.policy->plan(),
                    .sequences = request.sequences,
                    .prompts = prompts,
                    .patch = model.patch,
                    .textBytes = model.textEncoder.weightBytes(),
                    .texts = encodes ? prompts + (negative ? 1 : 0) : 0,
                    .decoded = decoded},
                   model.speed->machine());
}

GenerationReport runPictures(const PictureMakers& makers, const PreparedRequest& request,
                             const std::vector<at::Tensor>& text, const Watching& watching, Pace& pace,
                             GenerationObserver& observer, std::stop_token stop) {
    LayerSights sights(watching, request.plan.schedule, makers.transformer.device());
    PictureWatcher watcher(makers.vae, watching.preview, sights, pace, observer, stop);
    NextScaleSettings settings = request.settings;
    if (sights.wanted()) {
        settings.keepPositions = true;
        settings.tap = [&](const LayerState& state) { sights.look(state); };
    }
    LoopReport loop = runScales(makers.transformer, settings, text, watcher, std::move(stop));
    GenerationReport report;
    report.scales = std::move(loop.scales);
    report.images = watcher.takePictures();
    report.peakKvBytes = loop.peakKvBytes;
    report.scratchBytes = loop.scratchBytes;
    return report;
}

} // namespace scalekv
