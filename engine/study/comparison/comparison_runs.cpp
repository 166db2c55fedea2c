#include "engine/study/comparison/comparison_runs.h"

#include "engine/image/bit_packing.h"
#include "engine/pipeline/known_bits.h"
#include "engine/pipeline/scale_loop.h"
#include "engine/study/comparison/divergence.h"
#include "scalekv/run_difference.h"

namespace scalekv {
namespace {

/// Chooses the bits as it is told, and keeps the pace.
class ComparedRun final : public ScaleWatcher {
public:
    using Choose = std::function<at::Tensor(const Prediction&)>;

    ComparedRun(const RunSetup& setup, Choose choose) : setup_(setup), choose_(std::move(choose)) {}

    LoopReport run() {
        return runScales(setup_.model.transformer, setup_.request.settings, setup_.text, *this, setup_.stop);
    }
    at::Tensor choose(const Prediction& prediction) override { return choose_(prediction); }
    void layerFinished(const NextScale& run, std::int64_t /*layer*/) override {
        setup_.pace.layerDone(run.scale());
        if (setup_.progressed)
            setup_.progressed();
    }

private:
    const RunSetup& setup_;
    Choose choose_;
};

RunCost costOf(const LoopReport& loop) {
    GenerationReport report;
    report.scales = loop.scales;
    report.peakKvBytes = loop.peakKvBytes;
    report.scratchBytes = loop.scratchBytes;
    return *runCost(report);
}

RgbImage picture(const RunSetup& setup, const LoopReport& loop) {
    RgbImage image = std::move(toRgb(setup.model.vae.decode(loop.codes, setup.stop)).front());
    setup.pace.decodeDone(std::int64_t(loop.scales.size()) - 1);
    if (setup.progressed)
        setup.progressed();
    return image;
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
    const LoopReport loop = ComparedRun(setup, [&full](const Prediction& predicted) {
                                full.logits.push_back(predicted.logits.to(at::kCPU));
                                full.bits.push_back(packBits(predicted.bits));
                                return predicted.bits;
                            }).run();
    full.cost = costOf(loop);
    full.digest = bitsDigest(full.bits);
    if (decode)
        full.picture = picture(setup, loop);
    return full;
}

FullRun runAgain(const RunSetup& setup, std::span<const ScaleBits> bits) {
    const std::vector<at::Tensor> known =
        knownBits(setup.request, int(setup.model.vae.shape().bits), bits, setup.request.plan.schedule.size());
    FullRun full;
    full.bits.assign(bits.begin(), bits.end());
    const LoopReport loop = ComparedRun(setup, [&](const Prediction& predicted) {
                                full.logits.push_back(predicted.logits.to(at::kCPU));
                                return known[std::size_t(predicted.scale)];
                            }).run();
    full.cost = costOf(loop);
    full.digest = bitsDigest(full.bits);
    return full;
}

TeacherForcedFigures runTeacherForced(const RunSetup& setup, const FullRun& full) {
    TeacherForcedFigures figures;
    BitMeans kl, bits;
    const LoopReport loop =
        ComparedRun(setup, [&](const Prediction& predicted) {
            const auto scale = std::size_t(predicted.scale);
            const ScaleBits& wanted = full.bits[scale];
            kl.add(klSum(full.logits[scale], predicted.logits), wanted.count());
            bits.add(double(differingBits(wanted, packBits(predicted.bits))), wanted.count());
            return unpackBits(wanted);
        }).run();
    figures.cost = costOf(loop);
    figures.kl = kl.mean();
    figures.bits = bits.mean();
    figures.klPerScale = std::move(kl.perScale);
    figures.bitsPerScale = std::move(bits.perScale);
    return figures;
}

FreeFigures runFree(const RunSetup& setup, const FullRun& full, RgbImage& made, const Lpips* lpips) {
    std::vector<ScaleBits> bits;
    const LoopReport loop = ComparedRun(setup, [&bits](const Prediction& predicted) {
                                bits.push_back(packBits(predicted.bits));
                                return predicted.bits;
                            }).run();
    made = picture(setup, loop);
    return freeFigures(runDifference({full.picture, full.bits}, {made, bits}, lpips, setup.stop),
                       costOf(loop));
}

} // namespace scalekv
