#include "scalekv/bench.h"

#include "engine/cache/cache_policy.h"
#include "engine/pipeline/device.h"
#include "engine/pipeline/generation.h"
#include "engine/pipeline/memory_estimate.h"
#include "engine/pipeline/work_estimate.h"
#include "engine/study/bench/random_vae.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

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

/// Roles in the proportion of the released budgets, which mark 2 of 32 layers (2B) and 3 of 40 (8B).
RoleTable everySixteenth(std::int64_t layers) {
    constexpr std::int64_t kEvery = 16;
    std::vector<bool> row(std::size_t(layers), false);
    for (std::int64_t layer = 0; layer < layers; layer += kEvery)
        row[std::size_t(layer)] = true;
    return {{row}};
}

} // namespace

BenchReport runBench(const BenchOptions& options, std::stop_token stop) {
    const c10::InferenceMode inference;
    const TransformerShape shape = TransformerShape::named(options.shape);
    const at::ScalarType type = typeNamed(options.dtype);
    const bool patchify = options.shape == "8b";

    GenerationRequest request;
    request.size = options.size;
    request.policy = options.policy;
    const RoleTable roles = everySixteenth(shape.layers);
    NextScaleSettings settings = nextScaleSettings(request, shape, patchify, &roles);

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

    const CachePlan& plan = settings.policy->plan();
    constexpr std::int64_t kSequences = 2; // one picture, guided
    for (std::int64_t k = 0; k < plan.scales(); ++k) {
        const LayerFlops flops = layerFlops(shape, kSequences, settings.schedule[std::size_t(k)].tokens(),
                                            averageKeys(plan, k), kTextTokens);
        report.linearFlops.push_back(flops.linear * static_cast<double>(shape.layers));
        report.attentionFlops.push_back(flops.attention * static_cast<double>(shape.layers));
    }
    const MapSize last = settings.schedule.back();
    const MapSize latent = patchify ? MapSize{2 * last.height, 2 * last.width} : last;
    report.decodeFlops = decodeFlops(vae.shape(), latent);
    const auto element = static_cast<std::int64_t>(c10::elementSize(type));
    const std::vector<std::int64_t> sequences(std::size_t(shape.layers), kSequences);
    const MemoryEstimate memory = estimateMemory(shape, vae.shape(), plan, sequences, latent, element);
    report.predictedKvBytes = memory.kvBytes;
    report.fullCacheBytes = CachePlan::full(settings.schedule, shape.layers)
                                .peakBytes(sequences, shape.heads, 2 * shape.headDim() * element);

    const std::vector<at::Tensor> text(
        kSequences, at::randn({kTextTokens, shape.textWidth}, at::detail::createCPUGenerator(1), at::kFloat));
    releaseFreedMemory(); // what building the random weights took
    resetPeakResidentBytes();
    report.residentBytesBefore = residentBytes();
    report.predictedResidentBytes = report.residentBytesBefore + memory.peakBytes();
    const double start = monotonicSeconds();
    GenerationObserver observer;
    runScales({transformer, vae}, std::move(settings), text, {Preview::None, options.probe}, observer, stop,
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
