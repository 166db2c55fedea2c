// The demo model from prompt to picture, and what a caller may ask of a generation.

#include "engine/pipeline/prepare.h"
#include "scalekv/error.h"
#include "scalekv/metrics.h"
#include "scalekv/process_memory.h"
#include "scalekv/reconstruct.h"
#include "tests/generation_fixture.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

#include <cmath>
#include <thread>

using namespace scalekv;
using test::Fixture;

namespace {

std::shared_ptr<const Model> loadDemo(Precision precision) {
    return Model::load(findModel(test::demoModelFolder()), {precision, "cpu"});
}

GenerationRequest smallRequest() {
    GenerationRequest request;
    request.prompts = {"a fox on a green background"};
    request.size = "0.06M";
    request.cfg = {3.0};
    request.tau = {0.8};
    request.seed = 4;
    return request;
}

/// Writes down everything it is told.
struct Recorder : GenerationObserver {
    std::vector<int> started;
    std::vector<LayerProgress> progress;
    std::vector<Progress> bar;
    std::vector<ScaleReport> finished;
    std::vector<MapSize> previewSizes;
    std::function<void(const LayerProgress&)> onLayer;

    void progressed(const Progress& p) override { bar.push_back(p); }
    void scaleStarted(int scale, MapSize) override { started.push_back(scale); }
    void layerFinished(const LayerProgress& p) override {
        progress.push_back(p);
        if (onLayer)
            onLayer(p);
    }
    void scaleFinished(const ScaleReport& report, std::span<const RgbImage> images) override {
        finished.push_back(report);
        previewSizes.push_back(images.empty() ? MapSize{} : MapSize{images[0].height, images[0].width});
    }
};

} // namespace

class TestPipeline : public QObject {
    Q_OBJECT

private:
    std::shared_ptr<const Model> full_, half_;

private Q_SLOTS:
    void initTestCase() {
        full_ = loadDemo(Precision::Float32);
        half_ = loadDemo(Precision::BFloat16);
        QCOMPARE(full_->precision(), std::string("fp32"));
        QCOMPARE(half_->precision(), std::string("bf16"));
        QVERIFY2(full_->notes().empty(), full_->notes().empty() ? "" : full_->notes().front().c_str());
    }

    void demoFixturesFromPromptToPicture_data() {
        QTest::addColumn<QString>("file");
        const auto files = test::generationFixtures(test::demoFixtureFolder());
        QVERIFY(!files.empty());
        for (const auto& file : files)
            QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
    }
    void demoFixturesFromPromptToPicture() {
        QFETCH(QString, file);
        const c10::InferenceMode inference;
        const Fixture fixture(file.toStdString());
        const LoadedModel& loaded = full_->loaded();
        GenerationRequest request = fixture.request();
        request.prompts = {fixture.setting("prompt").get<std::string>()};

        const std::vector<std::int64_t> ids = loaded.tokenizer.encode(request.prompts[0]);
        const at::Tensor expectedIds = fixture.tensor("ids").to(at::kLong);
        QVERIFY(at::equal(at::tensor(ids, at::kLong), expectedIds));
        VERIFY_BELOW(test::relativeError(loaded.textEncoder.encode(ids), fixture.tensor("text")), 1e-4);

        NextScaleSettings settings = prepareRequest(request, termsOf(loaded)).settings;
        const bool guided = settings.guided();
        NextScale run(loaded.transformer, std::move(settings), fixture.text(loaded.transformer, guided));
        while (!run.finished()) {
            const std::string scale = "scale" + std::to_string(run.scale());
            const at::Tensor logits = run.predict();
            const at::Tensor rows = fixture.tensor(scale + ".logit_rows").to(at::kLong);
            VERIFY_BELOW(test::relativeError(logits.index_select(1, rows), fixture.tensor(scale + ".logits")),
                         1e-4);
            run.feed(fixture.tensor(scale + ".bits").squeeze(1));
        }

        GenerationObserver observer;
        const RgbImage image = prepare(full_, request).run(observer).images.at(0);
        const at::Tensor expected = fixture.tensor("image")[0].to(at::kInt);
        const at::Tensor pixels =
            at::tensor(at::ArrayRef<std::uint8_t>(image.pixels)).to(at::kInt).view(expected.sizes());
        QVERIFY((pixels - expected).abs().max().item<int>() <= 1);
    }

    /// How close bf16 stays when both are fed the same bits; the figures are printed for the record.
    void halfPrecisionStaysClose() {
        const c10::InferenceMode inference;
        const auto files = test::generationFixtures(test::demoFixtureFolder());
        const Fixture fixture(files.front());
        const auto start = [&](const Model& model) {
            GenerationRequest request = fixture.request();
            request.prompts = {fixture.setting("prompt").get<std::string>()};
            NextScaleSettings settings = prepareRequest(request, termsOf(model.loaded())).settings;
            const bool guided = settings.guided();
            return NextScale(model.loaded().transformer, std::move(settings),
                             fixture.text(model.loaded().transformer, guided));
        };
        NextScale full = start(*full_), half = start(*half_);
        double squares = 0, energy = 0;
        std::int64_t different = 0, all = 0;
        while (!full.finished()) {
            const at::Tensor a = full.predict(), b = half.predict();
            squares += (a - b).to(at::kDouble).pow(2).sum().item<double>();
            energy += a.to(at::kDouble).pow(2).sum().item<double>();
            const at::Tensor bits = full.draw(full.finalLogits(a));
            different += (half.draw(half.finalLogits(b)) != bits).sum().item<std::int64_t>();
            all += bits.numel();
            full.feed(bits);
            half.feed(bits);
        }
        const double drift = std::sqrt(squares / energy);
        const double flipped = double(different) / double(all);
        const auto picture = [](const Model& model, const at::Tensor& codes) {
            return toRgb(model.loaded().vae.decode(codes)).front();
        };
        const double decibels = psnr(picture(*full_, full.codes()), picture(*half_, full.codes()));
        qInfo("bf16 against fp32: logits differ by %.3f %% (rms), %.3f %% of bits, VAE alone %.1f dB",
              100 * drift, 100 * flipped, decibels);
        QVERIFY(drift < 0.03);
        QVERIFY(flipped < 0.02);
        QVERIFY(decibels > 40);
    }

    void observerHearsEverything() {
        const Generation generation = prepare(half_, smallRequest());
        const GenerationPlan& plan = generation.plan();
        Recorder recorder;
        const GenerationReport report = generation.run(recorder, {Preview::EachScale});
        const std::size_t scales = scaleSchedule("0.06M", 1.0).size();
        QCOMPARE(plan.schedule.size(), scales);
        QCOMPARE(plan.layers, half_->layers());
        QCOMPARE(recorder.progress.size(), scales * std::size_t(half_->layers()));
        double before = 0;
        QCOMPARE(recorder.bar.size(), 1 + recorder.progress.size() + scales); // text, layers, pictures
        for (const Progress& p : recorder.bar) {
            QVERIFY(p.done >= before && p.done <= 1 && p.secondsLeft >= 0);
            before = p.done;
        }
        QVERIFY(before > 0.999 && recorder.bar.back().secondsLeft < 1e-6); // the bar ends at its end
        for (std::size_t k = 0; k < scales; ++k) {
            const int side = plan.schedule[k].height * half_->pixelsPerToken();
            QCOMPARE(recorder.previewSizes[k], (MapSize{side, side}));
        }
        QCOMPARE(report.images.size(), std::size_t(1));
        QCOMPARE(report.images[0].width, plan.schedule.back().width * half_->pixelsPerToken());

        // Bytes: everything but the last map is stored, and counted as the formula says.
        const std::int64_t predicted =
            2 * 2 * half_->layers() * cachedTokens(plan.schedule) * half_->width() * 2;
        QCOMPARE(plan.peakKvBytes, predicted);
        QCOMPARE(plan.fullPeakKvBytes, predicted);
        QCOMPARE(report.peakKvBytes, predicted);
        for (std::size_t k = 0; k < scales; ++k)
            QCOMPARE(report.scales[k].kvBytes, plan.kvBytes[k]);
        QCOMPARE(report.scales.back().kvBytes, predicted);
        QCOMPARE(report.scales[scales - 2].kvBytes, predicted);
        QCOMPARE(report.scratchBytes, plan.scratchBytes);
        QCOMPARE((MapSize{report.images[0].height, report.images[0].width}), plan.picture);
    }

    void sameSeedSamePicture() {
        GenerationObserver silent;
        GenerationRequest request = smallRequest();
        const Generation generation = prepare(half_, request);
        const RgbImage first = generation.run(silent).images[0];
        QCOMPARE(generation.run(silent).images[0].pixels, first.pixels);
        // Looking on must not change it.
        QCOMPARE(generation.run(silent, {Preview::EachScale}).images[0].pixels, first.pixels);
        request.seed = 5;
        QVERIFY(prepare(half_, request).run(silent).images[0].pixels != first.pixels);
    }

    void guidanceOnALayerNeedsOnlyHalfTheLayersAfterIt() {
        GenerationObserver silent;
        GenerationRequest request = smallRequest();
        request.guidanceLayers = {-5};
        const Generation generation = prepare(half_, request);
        const std::int64_t bytes = generation.run(silent).peakKvBytes;
        QCOMPARE(generation.plan().peakKvBytes, bytes);
        QCOMPARE(generation.plan().fullPeakKvBytes, bytes);
        const std::int64_t both = prepare(half_, smallRequest()).plan().fullPeakKvBytes;
        QCOMPARE(bytes, both / 2 / half_->layers() * (2 * half_->layers() - 4)); // four layers keep one half
    }

    void stopTakesEffectWithinALayer() {
        std::stop_source stop;
        Recorder recorder;
        recorder.onLayer = [&](const LayerProgress& p) {
            if (p.scale == 2 && p.layer == 3)
                stop.request_stop();
        };
        QVERIFY_EXCEPTION_THROWN(prepare(half_, smallRequest()).run(recorder, {}, stop.get_token()),
                                 Cancelled);
        QCOMPARE(recorder.progress.back().scale, 2);
        QCOMPARE(recorder.progress.back().layer, 3);
        GenerationObserver silent; // and the model still works
        QCOMPARE(prepare(half_, smallRequest()).run(silent).images.size(), std::size_t(1));
    }

    void twoGenerationsShareOneModel() {
        GenerationObserver silent;
        const RgbImage alone = prepare(half_, smallRequest()).run(silent).images[0];
        RgbImage a, b;
        const auto work = [&](RgbImage& result) {
            GenerationObserver quiet;
            result = prepare(half_, smallRequest()).run(quiet).images[0];
        };
        std::thread first(work, std::ref(a));
        std::thread second(work, std::ref(b));
        first.join();
        second.join();
        QCOMPARE(a.pixels, alone.pixels);
        QCOMPARE(b.pixels, alone.pixels);
    }

    /// What a prompt gives alone, but for how larger products are rounded; drawn together it gives something
    /// else.
    void aBatchDrawnApartIsThePicturesAlone() {
        GenerationRequest request = smallRequest();
        request.prompts = {"a sun", "a fox on a green background", "a crab"};
        const auto pictures = [&](const GenerationRequest& asked, BatchDraw draw) {
            GenerationObserver silent;
            return prepare(full_, asked, draw).run(silent).images;
        };
        const auto apart = pictures(request, BatchDraw::Apart),
                   together = pictures(request, BatchDraw::Together);
        int near = 0;
        for (std::size_t n = 0; n < request.prompts.size(); ++n) {
            GenerationRequest one = request;
            one.prompts = {request.prompts[n]};
            one.seed = request.seed + n;
            const RgbImage alone = pictures(one, BatchDraw::Together).front();
            near += psnr(alone, apart[n]) > 40 ? 1 : 0;
            if (n > 0) // the first one takes the same numbers as alone at the first scale
                QVERIFY(psnr(alone, together[n]) < 40);
        }
        QVERIFY2(near >= 2, qPrintable(QString::number(near))); // a bit on the edge may fall the other way
    }

    void promptsOfDifferentLength() {
        GenerationObserver silent;
        GenerationRequest request = smallRequest();
        request.prompts = {"a sun", "a smiling face with sunglasses on a purple background", ""};
        request.negativePrompt = "black";
        const GenerationReport report = prepare(half_, request).run(silent);
        QCOMPARE(report.images.size(), std::size_t(3));
        QVERIFY(report.images[0].pixels != report.images[1].pixels);
    }

    void badRequestsAreErrors_data() {
        QTest::addColumn<QString>("change");
        for (const char* change : {"no prompt", "size", "ratio", "cfg count", "cfg nan", "tau zero", "top-p",
                                   "top-k", "layer", "layer below all numbers"})
            QTest::newRow(change) << change;
    }
    void badRequestsAreErrors() {
        QFETCH(QString, change);
        GenerationRequest request = smallRequest();
        if (change == "no prompt")
            request.prompts.clear();
        else if (change == "size")
            request.size = "2M";
        else if (change == "ratio")
            request.aspectRatio = 1.1;
        else if (change == "cfg count")
            request.cfg = {1, 2, 3};
        else if (change == "cfg nan")
            request.cfg = {std::nan("")};
        else if (change == "tau zero")
            request.tau = {0};
        else if (change == "top-p")
            request.topP = 1.5;
        else if (change == "top-k")
            request.topK = -1;
        else if (change == "layer")
            request.guidanceLayers = {-half_->layers()};
        else
            request.guidanceLayers = {std::numeric_limits<int>::min()};
        QVERIFY_EXCEPTION_THROWN(prepare(half_, request), Error);
    }

    void memoryIsTheMachines() {
        const ComputeMemory memory = full_->memory();
#ifdef Q_OS_LINUX
        QVERIFY(memory.used > full_->weightBytes() / 2 && memory.used <= peakResidentBytes() + (64 << 20));
        QVERIFY(memory.free > (16 << 20) && memory.free < (std::int64_t(1) << 50));
#else
        QVERIFY(memory.used >= 0 && memory.free >= 0);
#endif
    }

    void unknownDeviceIsAnError() {
        QVERIFY_EXCEPTION_THROWN(
            Model::load(findModel(test::demoModelFolder()), {Precision::Auto, "cuda:99"}), Error);
        QCOMPARE(availableDevices().front(), std::string("cpu"));
    }

    void reconstructionKeepsThePicture() {
        GenerationObserver silent;
        const RgbImage picture = prepare(full_, smallRequest()).run(silent).images[0];
        const Reconstruction result = reconstruct(*full_, picture, "0.06M");
        QCOMPARE(result.image.width, picture.width);
        QCOMPARE(result.original.pixels, picture.pixels); // already of the right size
        QVERIFY2(result.psnr > 20, qPrintable(QString::number(result.psnr)));
        const Reconstruction wide =
            reconstruct(*full_, {64, 33, std::vector<std::uint8_t>(64 * 33 * 3, 200)}, "0.06M");
        QCOMPARE(wide.aspectRatio, 0.5);
    }
};

QTEST_APPLESS_MAIN(TestPipeline)
#include "tst_pipeline.moc"
