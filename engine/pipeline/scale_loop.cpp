#include "engine/pipeline/scale_loop.h"

#include "engine/memory/page_release.h"
#include "scalekv/process_memory.h"

#include <numeric>

namespace scalekv {
namespace {
constexpr std::int64_t kLargeMap = 1024; // tokens; below, giving memory back costs more than it brings
} // namespace

void makeRoomFor(MapSize map, const ScaleSchedule& schedule, at::Device device) {
    if (!device.is_cpu())
        return; // its allocator is another
    if (map.tokens() >= kLargeMap || map == schedule.back())
        releaseFreedMemory();
}

double LoopReport::seconds() const {
    return std::accumulate(scales.begin(), scales.end(), 0.0,
                           [](double sum, const ScaleReport& scale) { return sum + scale.seconds; });
}

double LoopReport::selectionSeconds() const {
    return std::accumulate(scales.begin(), scales.end(), 0.0,
                           [](double sum, const ScaleReport& scale) { return sum + scale.selectionSeconds; });
}

LoopReport runScales(const Transformer& transformer, const NextScaleSettings& settings,
                     const std::vector<at::Tensor>& text, ScaleWatcher& watcher, std::stop_token stop) {
    NextScale run(transformer, settings, text);
    LoopReport report;
    std::int64_t history = 0;
    while (!run.finished()) {
        const std::int64_t k = run.scale();
        ScaleReport scale;
        scale.scale = static_cast<int>(k);
        scale.map = settings.schedule[std::size_t(k)];
        scale.historyTokens = history;
        history += scale.map.tokens();
        watcher.scaleStarted(run);
        const StageSeconds before = run.stageSeconds();
        double start = monotonicSeconds();

        makeRoomFor(scale.map, settings.schedule, transformer.device());
        const at::Tensor logits =
            run.predict(stop, [&](std::int64_t layer) { watcher.layerFinished(run, layer); });
        if (watcher.enough(run))
            break;
        at::Tensor bits = watcher.known(k);
        Prediction prediction{k, {}, {}};
        if (!bits.defined()) {
            prediction.logits = run.finalLogits(logits);
            prediction.bits = run.draw(prediction.logits);
        }
        scale.kvBytes = run.kvBytes(); // before feed(), which gives the cache back at the end
        waitFor(transformer.device());
        scale.seconds = monotonicSeconds() - start;
        if (!bits.defined())
            bits = watcher.choose(prediction);
        start = monotonicSeconds();
        run.feed(bits);
        waitFor(transformer.device());
        scale.seconds += monotonicSeconds() - start;
        const StageSeconds after = run.stageSeconds();
        scale.selectionSeconds = after.selection - before.selection;
        scale.attentionSeconds = after.attention - before.attention;
        scale.gemmSeconds = after.gemm - before.gemm;
        watcher.scaleFinished(run, scale);
        report.scales.push_back(scale);
    }
    report.peakKvBytes = run.peakKvBytes();
    report.scratchBytes = run.scratchBytes();
    report.codes = run.codes();
    return report;
}

} // namespace scalekv
