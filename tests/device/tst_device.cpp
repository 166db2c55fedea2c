// Whole generations off the CPU. By default the device is a stand-in (stand_in_device.h), which must make
// exactly the CPU's picture and copies next to nothing; SCALEKV_TEST_DEVICE=cuda:0 runs the same on a GPU, to
// within fp32's rounding.

#include "engine/analysis/attention_probe.h"
#include "engine/io/weights.h"
#include "engine/pipeline/device.h"
#include "engine/pipeline/picture_run.h"
#include "engine/pipeline/scale_loop.h"
#include "scalekv/run_record.h"
#include "tests/cache/made_up_kinds.h"
#include "tests/device/stand_in_device.h"
#include "tests/generation_fixture.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

#include <array>
#include <optional>

using namespace scalekv;
using test::standInDevice;

namespace {

constexpr double kTolerance = 1e-4; // relative, of logits: as between the CPU and the released code

at::Device testDevice() {
    const QString name = qEnvironmentVariable("SCALEKV_TEST_DEVICE");
    if (name.isEmpty())
        return standInDevice();
    setExactArithmetic();
    return deviceFromName(name.toStdString());
}

struct TinyModel {
    Transformer transformer;
    Vae vae;
};

TinyModel load(at::Device device) {
    const std::filesystem::path folder = test::parityFolder();
    const Checkpoint checkpoint = Checkpoint::open(folder / "tiny2b.pth");
    Weights weights(checkpoint, at::kFloat, device);
    Transformer transformer = Transformer::load(weights, TransformerShape::infer(checkpoint));
    return {std::move(transformer), Vae::load(folder / "tiny2b_vae.pth", {}, at::kFloat, device)};
}

RoleTable firstIsDrafter(std::int64_t layers) {
    std::vector<bool> row(std::size_t(layers), false);
    row[0] = true;
    return {{row}};
}

/// The last layer first.
HeadOrders lastFirst(const TransformerShape& shape) {
    HeadOrders orders;
    orders.bySource.resize(1);
    for (std::int64_t layer = shape.layers - 1; layer >= 0; --layer)
        for (std::int64_t head = 0; head < shape.heads; ++head)
            orders.bySource.front().push_back({std::int32_t(head), std::int32_t(layer)});
    return orders;
}

/// Keeps what each scale predicted, and feeds what another run fed.
class Recorder final : public ScaleWatcher {
public:
    explicit Recorder(const std::vector<at::Tensor>& fed = {}) : fed_(fed) {}
    at::Tensor choose(const Prediction& prediction) override {
        logits.push_back(prediction.logits.cpu());
        bits.push_back(prediction.bits.cpu());
        return fed_.empty() ? bits.back() : fed_[bits.size() - 1];
    }
    std::vector<at::Tensor> logits, bits;

private:
    std::vector<at::Tensor> fed_;
};

/// Counts what crosses the bus: in a scale, and between one layer and the next. Keeps what was told of
/// layers.
class Counter final : public GenerationObserver {
public:
    void scaleStarted(int, MapSize) override {
        scales.push_back(test::deviceCounts().copies());
        beforeLayer_.reset();
        layersRun_ = true;
    }
    void progressed(const Progress&) override { // after every layer, and elsewhere
        const std::int64_t now = test::deviceCounts().copies();
        if (layersRun_ && beforeLayer_)
            inLayers += now - *beforeLayer_;
        beforeLayer_ = now;
    }
    void layerFinished(const LayerProgress& progress) override { layers.push_back(progress); }
    void bitsChosen(int, const ScaleBits&) override { layersRun_ = false; }

    std::int64_t mostInAScale() const {
        std::int64_t most = 0;
        for (std::size_t k = 1; k < scales.size(); ++k)
            most = std::max(most, scales[k] - scales[k - 1]);
        return most;
    }
    std::vector<std::int64_t> scales;
    std::vector<LayerProgress> layers;
    std::int64_t inLayers = 0;

private:
    std::optional<std::int64_t> beforeLayer_;
    bool layersRun_ = false;
};

} // namespace

class TestDevice : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;
    const at::Device device_ = testDevice();
    const TinyModel host_ = load(at::kCPU), other_ = load(device_);

    PreparedRequest prepared(const std::string& policy, std::size_t prompts, at::Device device) const {
        GenerationRequest request;
        request.prompts.assign(prompts, "");
        request.size = "0.06M";
        request.seed = 5;
        request.policy.name = policy;
        request.policy.budget.fraction = 0.3;
        const RoleTable roles = firstIsDrafter(host_.transformer.shape().layers);
        const HeadOrders orders = lastFirst(host_.transformer.shape());
        const HeadKinds kinds =
            test::headKinds(host_.transformer.shape().layers, host_.transformer.shape().heads);
        return prepareRequest(request, {host_.transformer.shape(),
                                        host_.vae.shape(),
                                        {},
                                        &roles,
                                        TokenPatch::require(host_.transformer.shape().bits,
                                                            host_.vae.shape().bits, "The fixture"),
                                        device,
                                        &orders,
                                        &kinds});
    }
    /// Texts of different lengths, so that a batch has to be filled up.
    std::vector<at::Tensor> texts(std::size_t prompts) const {
        std::vector<at::Tensor> all;
        for (std::size_t i = 0; i < prompts; ++i)
            all.push_back(at::randn({5 + 3 * std::int64_t(i), host_.transformer.shape().textWidth},
                                    at::detail::createCPUGenerator(i), at::kFloat));
        for (std::size_t i = 0; i < prompts; ++i)
            all.push_back(host_.transformer.unconditionalText(all[i].size(0)));
        return all;
    }

    // A picture, and what is watched of its layers.
    void run(const TinyModel& model, at::Device device, const std::string& policy, const Watching& watching,
             Counter& counter) const {
        const PreparedRequest request = prepared(policy, 1, device);
        Pace pace({runWork({.transformer = model.transformer.shape(),
                            .vae = model.vae.shape(),
                            .plan = request.settings.policy->plan(),
                            .sequences = request.sequences},
                           MachineSpeed())},
                  SpeedFactors());
        pace.beginRun();
        runPictures({model.transformer, model.vae}, request, texts(1), watching, pace, counter, {});
    }

    static void everyPolicy() {
        QTest::addColumn<QString>("policy");
        for (const std::string_view name : policyNames())
            QTest::newRow(name.data()) << QString::fromUtf8(name.data());
    }

private Q_SLOTS:
    void everyPolicyMakesTheCpusPicture_data() {
        QTest::addColumn<QString>("policy");
        QTest::addColumn<int>("prompts");
        for (const std::string_view name : policyNames())
            QTest::newRow(name.data()) << QString::fromUtf8(name.data()) << 1;
        QTest::newRow("a batch") << "scalekv" << 3;
    }
    void everyPolicyMakesTheCpusPicture() {
        QFETCH(QString, policy);
        QFETCH(int, prompts);
        if ((policy == "scalekv-reference" || policy == "hack") && device_ != standInDevice())
            QSKIP("maximum pooling makes ties, and which of them topk takes is each device's own affair");
        if (policy == "spectral") // tst_spectral holds the codes themselves
            QSKIP("a key next to a quantiser's border falls to the other side where attention rounds "
                  "otherwise");
        const auto count = std::size_t(prompts);
        const std::vector<at::Tensor> text = texts(count);
        Recorder expected;
        const LoopReport onCpu = runScales(
            host_.transformer, prepared(policy.toStdString(), count, at::kCPU).settings, text, expected);
        Recorder got(expected.bits);
        const LoopReport run =
            runScales(other_.transformer, prepared(policy.toStdString(), count, device_).settings, text, got);
        double worst = 0;
        std::int64_t different = 0, all = 0;
        for (std::size_t k = 0; k < expected.logits.size(); ++k) {
            const double error = test::relativeError(got.logits[k], expected.logits[k]);
            worst = std::max(worst, error);
            VERIFY_BELOW(error, kTolerance);
            different += got.bits[k].ne(expected.bits[k]).sum().item<std::int64_t>();
            all += got.bits[k].numel();
        }
        qInfo("largest relative error of logits %.2g, %lld of %lld bits drawn otherwise", worst,
              static_cast<long long>(different), static_cast<long long>(all));
        // A draw next to its threshold may fall to the other side.
        QVERIFY(double(different) <= 1e-4 * double(all));
        QCOMPARE(run.peakKvBytes, onCpu.peakKvBytes);
        QVERIFY(!run.codes.is_cpu());
        VERIFY_BELOW(test::relativeError(run.codes.cpu(), onCpu.codes), 1e-5);
        const std::vector<RgbImage> image = toRgb(other_.vae.decode(run.codes)),
                                    wanted = toRgb(host_.vae.decode(onCpu.codes));
        QCOMPARE(image.size(), wanted.size());
        for (std::size_t i = 0; i < image.size(); ++i)
            for (std::size_t p = 0; p < image[i].pixels.size(); ++p)
                QVERIFY(std::abs(int(image[i].pixels[p]) - int(wanted[i].pixels[p])) <= 1);
    }

    // What is measured of attention, and which tokens were kept, is what the CPU finds.
    void probesFindWhatTheCpuFinds() {
        const auto probed = [&](const TinyModel& model, const at::Tensor& fed, at::Device device) {
            PreparedRequest request = prepared("scalekv", 1, device);
            std::vector<LayerAttention> found;
            request.settings.keepPositions = true;
            request.settings.tap = [&](const LayerState& state) {
                found.push_back(
                    probeAttention(state, request.plan.schedule, {.mass = true, .entropy = true}));
            };
            NextScale run(model.transformer, request.settings, texts(1));
            while (!run.finished()) {
                run.predict();
                const MapSize map = run.latentMap(run.scale());
                run.feed(fed.narrow(0, 0, map.tokens()).view({1, map.height, map.width, -1}));
            }
            return found;
        };
        const MapSize largest = prepared("full", 1, at::kCPU).plan.schedule.back();
        const at::Tensor fed = at::randint(0, 2, {largest.tokens(), host_.vae.shape().bits},
                                           at::detail::createCPUGenerator(2), at::kByte);
        const std::vector<LayerAttention> wanted = probed(host_, fed, at::kCPU),
                                          found = probed(other_, fed, device_);
        QCOMPARE(found.size(), wanted.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            QCOMPARE(found[i].history, wanted[i].history);
            VERIFY_BELOW(std::abs(found[i].mean.current - wanted[i].mean.current), kTolerance);
            VERIFY_BELOW(std::abs(found[i].mean.entropy - wanted[i].mean.entropy), kTolerance);
            if (found[i].history > 0)
                VERIFY_BELOW(std::abs(found[i].mean.top - wanted[i].mean.top), kTolerance);
            for (std::size_t k = 0; k < found[i].mean.mass.size(); ++k)
                VERIFY_BELOW(std::abs(found[i].mean.mass[k] - wanted[i].mean.mass[k]), kTolerance);
        }
    }

    void hardlyAnythingCrossesTheBus_data() { everyPolicy(); }
    void hardlyAnythingCrossesTheBus() {
        QFETCH(QString, policy);
        if (device_ != standInDevice())
            QSKIP("only the stand-in counts");
        Counter counter;
        run(other_, device_, policy.toStdString(), {}, counter);
        if (policy == "spectral") { // codes are made and read by the CPU: known, and not yet otherwise
            QVERIFY(counter.inLayers > 0);
            return;
        }
        QCOMPARE(counter.inLayers, std::int64_t(0));
        QVERIFY2(counter.mostInAScale() <= 2, // numbers to draw with, and bits
                 qPrintable(QString("%1 copies").arg(counter.mostInAScale())));
    }

    // What the window's inspection records comes back once a scale, and is what the CPU sees.
    void aRecordAsksOnceAScale_data() { everyPolicy(); }
    void aRecordAsksOnceAScale() {
        QFETCH(QString, policy);
        if (device_ != standInDevice())
            QSKIP("on a GPU another bit may be drawn, and all that follows differs");
        Counter onCpu, counter;
        run(host_, at::kCPU, policy.toStdString(), watchingForRecord(), onCpu);
        run(other_, device_, policy.toStdString(), watchingForRecord(), counter);
        if (policy != "spectral") {
            QCOMPARE(counter.inLayers, std::int64_t(0));
            QVERIFY2(counter.mostInAScale() <= 4, // the two above, what was measured, and what was kept
                     qPrintable(QString("%1 copies").arg(counter.mostInAScale())));
        }
        QCOMPARE(counter.layers.size(), onCpu.layers.size());
        for (std::size_t i = 0; i < onCpu.layers.size(); ++i) {
            const LayerProgress &got = counter.layers[i], &wanted = onCpu.layers[i];
            QCOMPARE(std::tuple(got.scale, got.layer, got.layerKvBytes),
                     std::tuple(wanted.scale, wanted.layer, wanted.layerKvBytes));
            QVERIFY(*got.kept == *wanted.kept);
            QCOMPARE(std::pair(got.attention->layer, got.attention->scale),
                     std::pair(wanted.attention->layer, wanted.attention->scale));
            QCOMPARE(std::pair(got.attention->history, got.attention->top),
                     std::pair(wanted.attention->history, wanted.attention->top));
            for (std::size_t h = 0; h < wanted.attention->heads.size(); ++h) {
                const HeadAttention &head = got.attention->heads.at(h), &same = wanted.attention->heads[h];
                VERIFY_BELOW(std::abs(head.current - same.current), kTolerance);
                VERIFY_BELOW(std::abs(head.entropy - same.entropy), kTolerance);
                QCOMPARE(std::isnan(head.top), std::isnan(same.top));
                if (!std::isnan(same.top))
                    VERIFY_BELOW(std::abs(head.top - same.top), kTolerance);
                QCOMPARE(head.mass.size(), same.mass.size());
                for (std::size_t k = 0; k < same.mass.size(); ++k)
                    VERIFY_BELOW(std::abs(head.mass[k] - same.mass[k]), kTolerance);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestDevice)
#include "tst_device.moc"
