#include "scalekv/bench.h"

#include "engine/cache/cache_policy.h"
#include "engine/pipeline/device.h"
#include "engine/pipeline/picture_run.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/study/bench/random_vae.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <ATen/Version.h>

#include <algorithm>

namespace scalekv {
namespace {

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

/// A transformer and a VAE of a shape, filled with random numbers, and what a request for them comes to.
struct RandomModel {
    TransformerShape shape;
    TokenPatch patch;
    Transformer transformer;
    Vae vae;
};

RandomModel randomModel(const std::string& name, at::ScalarType type) {
    const TransformerShape shape = TransformerShape::named(name);
    const bool patched = name == "8b";
    const TokenPatch patch = patched ? TokenPatch::twoByTwo() : TokenPatch();
    const std::vector<std::int64_t> multipliers =
        patched ? std::vector<std::int64_t>{1, 2, 4, 4} : std::vector<std::int64_t>{1, 2, 4, 4, 4};
    return {
        shape, patch, Transformer::random(shape, type, at::kCPU),
        Vae::load(randomVae(patch.latentBits(shape.bits), kBaseChannels, multipliers), {}, type, at::kCPU)};
}

BenchReport bench(const BenchOptions& options, std::stop_token stop) {
    const at::ScalarType type = typeNamed(options.dtype);
    const RandomModel model = randomModel(options.shape, type);
    const TransformerShape& shape = model.shape;
    const RoleTable roles = everySixteenth(shape.layers);
    GenerationRequest request;
    request.prompts = {"random weights draw noise, whatever is asked of them"};
    request.size = options.size;
    request.policy = options.policy;
    const auto element = static_cast<std::int64_t>(c10::elementSize(type));
    const PreparedRequest prepared =
        prepareRequest(request, {shape, model.vae.shape(), element, &roles, model.patch});
    const CachePlan& plan = prepared.settings.policy->plan();

    BenchReport report;
    report.options = options;
    report.threads = at::get_num_threads();
    report.cpuCapability = at::get_cpu_capability();
    report.weightBytes = model.transformer.weightBytes() + model.vae.weightBytes();
    report.gemmRate = measureGemm(shape, type, stop);
    const std::int64_t sequences = prepared.sequences.front();
    for (std::int64_t k = 0; k < plan.scales(); ++k) {
        const LayerFlops flops = layerFlops(shape, sequences, plan.schedule()[std::size_t(k)].tokens(),
                                            averageKeys(plan, k), kTextTokens);
        report.linearFlops.push_back(flops.linear * static_cast<double>(shape.layers));
        report.attentionFlops.push_back(flops.attention * static_cast<double>(shape.layers));
    }
    report.decodeFlops = decodeFlops(model.vae.shape(), model.patch.latentMap(plan.schedule().back()));
    report.predictedKvBytes = prepared.plan.peakKvBytes;
    report.fullCacheBytes = prepared.plan.fullPeakKvBytes;

    const std::vector<at::Tensor> text(
        std::size_t(sequences),
        at::randn({kTextTokens, shape.textWidth}, at::detail::createCPUGenerator(1), at::kFloat));
    releaseFreedMemory(); // what building the random weights took
    resetPeakResidentBytes();
    report.residentBytesBefore = residentBytes();
    report.predictedResidentBytes = report.residentBytesBefore + prepared.plan.peakBytes;
    const double start = monotonicSeconds();
    GenerationObserver observer;
    Pace pace({runWork({.transformer = shape,
                        .vae = model.vae.shape(),
                        .plan = plan,
                        .sequences = prepared.sequences,
                        .patch = model.patch},
                       MachineSpeed())},
              SpeedFactors());
    pace.beginRun();
    report.generation = runPictures({model.transformer, model.vae}, prepared, text,
                                    {Preview::None, options.probe, options.kept}, pace, observer, stop);
    report.generation.totalSeconds = monotonicSeconds() - start;
    report.generation.images.clear(); // noise
    report.generation.precision = options.dtype;
    report.generation.device = "cpu";
    report.generation.weightBytes = report.weightBytes;
    report.peakResidentBytes = peakResidentBytes();
    report.generation.peakResidentBytes = report.peakResidentBytes;
    return report;
}

} // namespace

std::span<const std::string_view> benchShapes() {
    return TransformerShape::names();
}

BenchReport runBench(const BenchOptions& options, std::stop_token stop) {
    return withPlainErrors([&] { return bench(options, std::move(stop)); });
}

} // namespace scalekv
