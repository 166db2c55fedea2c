#include "engine/study/comparison/comparison_runs.h"

#include "engine/pipeline/generation.h"
#include "engine/pipeline/work_estimate.h"
#include "engine/study/comparison/divergence.h"
#include "scalekv/metrics.h"

#include <cstdio>

namespace scalekv {
namespace {

/// Share of a run's work, by the multiply-adds of its layers. Decoding is not counted.
class RunMeter {
public:
    RunMeter(const RunSetup& setup, const NextScaleSettings& settings) : share_(setup.share) {
        const TransformerShape& shape = setup.parts.transformer.shape();
        const auto sequences = std::int64_t(setup.text.size());
        for (std::int64_t k = 0; k < std::int64_t(settings.schedule.size()); ++k) {
            const std::int64_t tokens = settings.schedule[std::size_t(k)].tokens();
            layer_.push_back(layerFlops(shape, sequences, tokens, averageKeys(settings.policy->plan(), k),
                                        setup.text.front().size(0))
                                 .total());
            total_ += layer_.back() * double(shape.layers);
        }
    }
    void layerDone(std::int64_t scale) {
        done_ += layer_[std::size_t(scale)];
        if (share_)
            share_(std::min(1.0, done_ / total_));
    }

private:
    const std::function<void(double)>& share_;
    std::vector<double> layer_; ///< a scale
    double total_ = 0;
    double done_ = 0;
};

/// One scale of a run, before anything is fed.
struct Predicted {
    std::size_t scale = 0;
    at::Tensor logits; ///< [1, L, 2·bits], after temperature and guidance
    at::Tensor bits;   ///< [1, h, w, d], drawn from them
};

/// Runs all scales. `choose` is given what was predicted and returns the bits to feed; its time is not the
/// run's.
template <typename Choose>
RunCost runAllScales(const RunSetup& setup, at::Tensor& codes, Choose&& choose) {
    RunCost cost;
    NextScaleSettings settings = nextScaleSettings(setup.request, setup.parts);
    RunMeter meter(setup, settings);
    double start = monotonicSeconds();
    NextScale run(setup.parts.transformer, std::move(settings), setup.text);
    while (!run.finished()) {
        const std::int64_t scale = run.scale();
        const at::Tensor logits = run.predict(
            setup.stop, [&](std::int64_t /*layer*/, const KvCache& /*cache*/) { meter.layerDone(scale); });
        const Predicted predicted{std::size_t(scale), run.finalLogits(logits), run.sample(logits)};
        cost.kvBytes = run.cache().bytes(); // feed() gives the cache back after the last scale
        cost.scratchBytes = std::max(cost.scratchBytes, run.cache().scratchBytes());
        cost.seconds += monotonicSeconds() - start;
        const at::Tensor bits = choose(predicted);
        start = monotonicSeconds();
        run.feed(bits);
    }
    cost.seconds += monotonicSeconds() - start;
    cost.peakKvBytes = run.cache().peakBytes();
    cost.selectionSeconds = run.clock().selection;
    codes = run.codes();
    return cost;
}

RgbImage picture(const RunSetup& setup, const at::Tensor& codes) {
    return std::move(toRgb(setup.parts.vae.decode(codes, setup.stop)).front());
}

/// FNV-1a, 64 bits, over all bits of all scales.
std::string digestOf(const std::vector<at::Tensor>& bits) {
    std::uint64_t hash = 14695981039346656037u;
    for (const at::Tensor& scale : bits) {
        const at::Tensor bytes = scale.to(at::kCPU, at::kByte).contiguous();
        const std::uint8_t* data = bytes.const_data_ptr<std::uint8_t>();
        for (std::int64_t i = 0; i < bytes.numel(); ++i)
            hash = (hash ^ data[i]) * 1099511628211u;
    }
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

/// A sum over bits, scale by scale, as means.
struct BitMeans {
    std::vector<double> perScale;
    double sum = 0;
    std::int64_t bits = 0;

    void add(double scaleSum, std::int64_t scaleBits) {
        perScale.push_back(scaleSum / double(scaleBits));
        sum += scaleSum;
        bits += scaleBits;
    }
    double mean() const { return sum / double(bits); }
};

} // namespace

FullRun runFull(const RunSetup& setup, bool decode) {
    FullRun full;
    at::Tensor codes;
    full.cost = runAllScales(setup, codes, [&full](const Predicted& predicted) {
        full.logits.push_back(predicted.logits.to(at::kCPU));
        full.bits.push_back(predicted.bits);
        return predicted.bits;
    });
    full.digest = digestOf(full.bits);
    if (decode)
        full.picture = picture(setup, codes);
    return full;
}

TeacherForcedFigures runTeacherForced(const RunSetup& setup, const FullRun& full) {
    TeacherForcedFigures figures;
    BitMeans kl, bits;
    at::Tensor codes;
    figures.cost = runAllScales(setup, codes, [&](const Predicted& predicted) {
        const at::Tensor& wanted = full.bits[predicted.scale];
        kl.add(klSum(full.logits[predicted.scale], predicted.logits), wanted.numel());
        bits.add(double(differingBits(wanted, predicted.bits)), wanted.numel());
        return wanted;
    });
    figures.kl = kl.mean();
    figures.bits = bits.mean();
    figures.klPerScale = std::move(kl.perScale);
    figures.bitsPerScale = std::move(bits.perScale);
    return figures;
}

FreeFigures runFree(const RunSetup& setup, const FullRun& full, RgbImage& made) {
    FreeFigures figures;
    BitMeans bits;
    at::Tensor codes;
    figures.cost = runAllScales(setup, codes, [&](const Predicted& predicted) {
        const at::Tensor& wanted = full.bits[predicted.scale];
        bits.add(double(differingBits(wanted, predicted.bits)), wanted.numel());
        return predicted.bits;
    });
    made = picture(setup, codes);
    figures.psnr = psnr(full.picture, made);
    figures.ssim = ssim(full.picture, made);
    figures.bits = bits.mean();
    figures.bitsPerScale = std::move(bits.perScale);
    return figures;
}

} // namespace scalekv
