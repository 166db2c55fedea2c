#include "engine/bench/bench.h"

#include "engine/bench/random_vae.h"
#include "engine/error.h"
#include "engine/pipeline/device.h"
#include "engine/pipeline/generation.h"
#include "engine/pipeline/process_memory.h"
#include "engine/pipeline/work_estimate.h"

#include <ATen/Version.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

namespace scalekv {
namespace {

constexpr std::int64_t kTextTokens = 20; // a sentence
constexpr std::int64_t kBaseChannels = 128;

at::ScalarType typeNamed(const std::string& dtype) {
    if (dtype == "bf16")
        return at::kBFloat16;
    if (dtype == "fp32")
        return at::kFloat;
    throw Error("Type \"" + dtype + "\" is unknown; choose bf16 or fp32.");
}

/// FLOP/s of the product that dominates a transformer at its largest scales: [4096, C] · [C, 4C], best of
/// several.
double measureGemm(const TransformerShape& shape, at::ScalarType type, std::stop_token stop) {
    constexpr int kTries = 5;
    constexpr std::int64_t kRows = 4096;
    const at::Tensor x = at::ones({kRows, shape.width}, type);
    const at::Tensor weight = at::ones({shape.feedForward, shape.width}, type);
    double best = 0;
    for (int i = 0; i < kTries && !stop.stop_requested(); ++i) {
        const double start = monotonicSeconds();
        const at::Tensor product = at::linear(x, weight);
        const double flops =
            2.0 * static_cast<double>(kRows * shape.width) * static_cast<double>(shape.feedForward);
        best = std::max(best, flops / (monotonicSeconds() - start));
    }
    return best;
}

} // namespace

BenchReport runBench(const BenchOptions& options, std::stop_token stop) {
    if (options.policy != "full")
        throw Error("Policy \"" + options.policy + "\" is unknown; choose full.");
    const c10::InferenceMode inference;
    const TransformerShape shape = TransformerShape::named(options.shape);
    const at::ScalarType type = typeNamed(options.dtype);
    const bool patchify = options.shape == "8b";

    GenerationRequest request;
    request.size = options.size;
    NextScaleSettings settings = nextScaleSettings(request, shape, patchify);

    const Transformer transformer = Transformer::random(shape, type, at::kCPU);
    const std::vector<std::int64_t> multipliers =
        patchify ? std::vector<std::int64_t>{1, 2, 4, 4} : std::vector<std::int64_t>{1, 2, 4, 4, 4};
    const Vae vae = Vae::load(randomVae(patchify ? shape.bits / 4 : shape.bits, kBaseChannels, multipliers),
                              {}, type, at::kCPU);

    BenchReport report;
    report.options = options;
    report.threads = at::get_num_threads();
    report.cpuCapability = at::get_cpu_capability();
    report.weightBytes = transformer.weightBytes() + vae.weightBytes();
    report.gemmRate = measureGemm(shape, type, stop);

    const ScaleSchedule schedule = settings.schedule;
    constexpr std::int64_t kSequences = 2; // one picture, guided
    std::int64_t keys = 0;
    for (const MapSize& map : schedule) {
        keys += map.tokens();
        const LayerFlops flops = layerFlops(shape, kSequences, map.tokens(), keys, kTextTokens);
        report.linearFlops.push_back(flops.linear * static_cast<double>(shape.layers));
        report.attentionFlops.push_back(flops.attention * static_cast<double>(shape.layers));
    }
    const MapSize last = schedule.back();
    report.decodeFlops = decodeFlops(vae.shape(), patchify ? MapSize{2 * last.height, 2 * last.width} : last);
    report.predictedKvBytes = 2 * shape.layers * kSequences * cachedTokens(schedule) * shape.width *
                              static_cast<std::int64_t>(c10::elementSize(type));

    const std::vector<at::Tensor> text(
        kSequences, at::randn({kTextTokens, shape.textWidth}, at::detail::createCPUGenerator(1), at::kFloat));
    releaseFreedMemory(); // what building the random weights took
    resetPeakResidentBytes();
    report.residentBytesBefore = residentBytes();
    const double start = monotonicSeconds();
    GenerationObserver observer;
    runScales({transformer, vae}, std::move(settings), text, Preview::None, observer, stop,
              report.generation);
    report.generation.totalSeconds = monotonicSeconds() - start;
    report.generation.images.clear(); // noise
    report.generation.precision = options.dtype;
    report.generation.device = "cpu";
    report.generation.weightBytes = report.weightBytes;
    report.peakResidentBytes = peakResidentBytes();
    report.generation.peakResidentBytes = report.peakResidentBytes;
    return report;
}

} // namespace scalekv
