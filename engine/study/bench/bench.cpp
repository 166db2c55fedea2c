#include "scalekv/bench.h"

#include "engine/cache/cache_policy.h"
#include "engine/device/device_memory.h"
#include "engine/device/products.h"
#include "engine/pipeline/device.h"
#include "engine/pipeline/picture_run.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/study/bench/device_trace.h"
#include "engine/study/bench/random_vae.h"
#include "scalekv/compute_threads.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <ATen/ATen.h>
#include <ATen/Version.h>

#include <algorithm>
#include <optional>
#include <random>
#include <tuple>

namespace scalekv {
namespace {

at::ScalarType typeNamed(const std::string& dtype) {
    if (dtype == "bf16")
        return at::kBFloat16;
    if (dtype == "fp32")
        return at::kFloat;
    throw Error("Type \"" + dtype + "\" is unknown; choose bf16 or fp32.");
}

/// FLOP/s of the product that dominates a transformer at its largest scales: [4096, C] · [C, 4C], best of
/// several.
double measureGemm(const TransformerShape& shape, at::ScalarType type, at::Device device,
                   std::stop_token stop) {
    constexpr int kTries = 5;
    constexpr std::int64_t kRows = 4096;
    const at::TensorOptions options = at::TensorOptions(type).device(device);
    const at::Tensor x = at::ones({kRows, shape.width}, options);
    const at::Tensor weight = at::ones({shape.feedForward, shape.width}, options);
    double best = 0;
    for (int i = 0; i < kTries && !stop.stop_requested(); ++i) {
        waitFor(device);
        const double start = monotonicSeconds();
        const at::Tensor product = affine(x, weight);
        waitFor(device);
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

/// Orders in which heads drop, drawn by chance and always the same.
HeadOrders someOrders(const TransformerShape& shape) {
    constexpr std::size_t kSources = 9; // as the released orders have
    std::mt19937_64 random(1);
    HeadOrders orders;
    for (std::size_t i = 0; i < kSources; ++i) {
        auto& order = orders.bySource.emplace_back();
        for (std::int64_t layer = 0; layer < shape.layers; ++layer)
            for (std::int64_t head = 0; head < shape.heads; ++head)
                order.push_back({std::int32_t(head), std::int32_t(layer)});
        for (std::size_t n = order.size() - 1; n > 0; --n)
            std::swap(order[n], order[std::size_t(random() % (n + 1))]);
    }
    return orders;
}

/// Every fifth head contextual, and all that look back see scales alike.
HeadKinds someKinds(const TransformerShape& shape) {
    constexpr std::int64_t kEvery = 5;
    HeadKinds kinds;
    for (std::int64_t layer = 0; layer < shape.layers; ++layer)
        for (std::int64_t head = 0; head < shape.heads; ++head) {
            if (head == 0)
                kinds.contextual.emplace_back();
            kinds.contextual.back().push_back((layer * shape.heads + head) % kEvery == 0);
        }
    const std::vector<float> half(std::size_t(shape.layers * shape.heads), 0.5F);
    kinds.attention = {{}, {half, half}};
    return kinds;
}

/// All that can be known of a model without its weights.
struct ModelShape {
    TransformerShape transformer;
    VaeShape vae;
    TokenPatch patch;
    at::ScalarType type;
    at::Device device;
    RoleTable roles;
    HeadOrders orders;
    HeadKinds kinds;

    explicit ModelShape(const BenchOptions& options)
        : transformer(TransformerShape::named(options.shape)), type(typeNamed(options.dtype)),
          device(deviceFromName(options.device)), roles(everySixteenth(transformer.layers)),
          orders(someOrders(transformer)), kinds(someKinds(transformer)) {
        const bool patched = options.shape == "8b";
        if (patched)
            patch = TokenPatch::twoByTwo();
        vae.bits = patch.latentBits(transformer.bits); // the rest as the releases have it
        vae.baseChannels = 128;
        vae.decoderMultipliers = {1, 2, 4, 4};
        if (!patched)
            vae.decoderMultipliers.push_back(4);
        vae.decoderBlocks = 3;
    }

    PreparedRequest prepare(const BenchOptions& options) const {
        GenerationRequest request;
        request.prompts.assign(std::size_t(options.batch),
                               "random weights draw noise, whatever is asked of them");
        request.size = options.size;
        request.policy = options.policy;
        return prepareRequest(
            request, {transformer, vae, elementBytes(type, device), &roles, patch, device, &orders, &kinds});
    }
};

/// A transformer and a VAE of a shape, filled with random numbers.
struct RandomModel {
    Transformer transformer;
    Vae vae;

    explicit RandomModel(const ModelShape& shape)
        : transformer(Transformer::random(shape.transformer, shape.type, shape.device)),
          vae(Vae::load(randomVae(shape.vae), {}, shape.type, shape.device)) {}
};

/// What the options say of the model alone.
auto modelOf(const BenchOptions& options) {
    return std::tie(options.shape, options.dtype, options.device);
}

BenchReport bench(const BenchOptions& options, const ModelShape& of, const PreparedRequest& prepared,
                  const RandomModel& model, std::stop_token stop) {
    const TransformerShape& shape = of.transformer;
    const at::Device device = of.device;
    const CachePlan& plan = prepared.settings.policy->plan();

    BenchReport report;
    report.options = options;
    report.threads = computeThreads();
    report.cpuCapability = at::get_cpu_capability();
    report.weightBytes = model.transformer.weightBytes() + model.vae.weightBytes();
    report.gemmRate = measureGemm(shape, of.type, device, stop);
    const std::int64_t sequences = prepared.sequences.front();
    for (std::int64_t k = 0; k < plan.scales(); ++k) {
        const LayerFlops flops = layerFlops(shape, sequences, plan.schedule()[std::size_t(k)].tokens(),
                                            averageKeys(plan, k), kTextTokens);
        report.linearFlops.push_back(flops.linear * static_cast<double>(shape.layers));
        report.attentionFlops.push_back(flops.attention * static_cast<double>(shape.layers));
    }
    report.decodeFlops = options.batch * decodeFlops(of.vae, of.patch.latentMap(plan.schedule().back()));
    report.predictedKvBytes = prepared.plan.peakKvBytes;
    report.fullCacheBytes = prepared.plan.fullPeakKvBytes;

    const std::vector<at::Tensor> text(
        std::size_t(sequences),
        at::randn({kTextTokens, shape.textWidth}, at::detail::createCPUGenerator(1), at::kFloat).to(device));
    const auto generate = [&] {
        GenerationObserver observer;
        Pace pace({runWork({.transformer = shape,
                            .vae = of.vae,
                            .plan = plan,
                            .sequences = prepared.sequences,
                            .patch = of.patch},
                           MachineSpeed())},
                  SpeedFactors());
        pace.beginRun();
        return runPictures({model.transformer, model.vae}, prepared, text,
                           {Preview::None, options.probe, options.kept}, pace, observer, stop);
    };
    if (!device.is_cpu()) {
        generate(); // kernels are loaded and chosen at their first use
        releaseDeviceMemory(device);
    }
    releaseFreedMemory(); // what building the random weights took
    resetPeakResidentBytes();
    report.residentBytesBefore = residentBytes();
    report.predictedResidentBytes =
        report.residentBytesBefore + (device.is_cpu() ? prepared.plan.peakBytes : 0);
    resetPeakDeviceBytes(device);
    report.deviceBytesBefore = deviceBytes(device);
    const double start = monotonicSeconds();
    report.generation = generate();
    report.generation.totalSeconds = monotonicSeconds() - start;
    report.generation.images.clear(); // noise
    report.generation.precision = options.dtype;
    report.generation.device = device.str();
    report.generation.weightBytes = report.weightBytes;
    report.peakResidentBytes = peakResidentBytes();
    report.generation.peakResidentBytes = report.peakResidentBytes;
    report.peakDeviceBytes = peakDeviceBytes(device);
    report.generation.peakDeviceBytes = report.peakDeviceBytes;
    if (!device.is_cpu()) {
        report.predictedDeviceBytes = report.deviceBytesBefore + prepared.plan.peakBytes;
        if (options.trace)
            report.trace = traceDevice([&] { generate(); }, device);
    }
    return report;
}

} // namespace

std::span<const std::string_view> benchShapes() {
    return TransformerShape::names();
}

BenchReport runBench(const BenchOptions& options, std::stop_token stop) {
    return withPlainErrors([&] {
        const ModelShape shape(options);
        const PreparedRequest prepared = shape.prepare(options); // what cannot be asked for is said at once
        setExactArithmetic();
        return bench(options, shape, prepared, RandomModel(shape), std::move(stop));
    });
}

void runBenches(std::span<const BenchOptions> all, const std::function<void(const BenchReport&)>& done,
                std::stop_token stop) {
    std::optional<RandomModel> model;
    const BenchOptions* built = nullptr;
    for (const BenchOptions& options : all) {
        BenchReport report;
        try {
            report = withPlainErrors([&] {
                const ModelShape shape(options);
                const PreparedRequest prepared = shape.prepare(options);
                setExactArithmetic();
                if (built == nullptr || modelOf(*built) != modelOf(options)) {
                    built = nullptr;
                    model.reset();
                    releaseDeviceMemory(shape.device);
                    model.emplace(shape);
                    built = &options;
                }
                return bench(options, shape, prepared, *model, stop);
            });
        } catch (const Error& error) {
            report = {};
            report.options = options;
            report.failure = error.what();
        }
        done(report);
    }
}

} // namespace scalekv
