// The demo model from prompt to picture, and what a caller may ask of a pipeline.

#include "engine/pipeline/generation.h"
#include "engine/pipeline/loaded_model.h"
#include "scalekv/error.h"
#include "scalekv/metrics.h"
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
    ScaleSchedule schedule;
    int layers = 0;
    std::vector<int> started;
    std::vector<LayerProgress> progress;
    std::vector<ScaleReport> finished;
    std::vector<MapSize> previewSizes;
    std::function<void(const LayerProgress&)> onLayer;

    void generationStarted(const ScaleSchedule& s, int l) override {
        schedule = s;
        layers = l;
    }
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
        const Model::Parts& parts = full_->parts();
        GenerationRequest request = fixture.request();
        request.prompts = {fixture.setting("prompt").get<std::string>()};

        const std::vector<std::int64_t> ids = parts.tokenizer.encode(request.prompts[0]);
        const at::Tensor expectedIds = fixture.tensor("ids").to(at::kLong);
        QVERIFY(at::equal(at::tensor(ids, at::kLong), expectedIds));
        VERIFY_BELOW(test::relativeError(parts.textEncoder.encode(ids), fixture.tensor("text")), 1e-4);

        NextScaleSettings settings =
            nextScaleSettings(request, parts.transformer.shape(), parts.spatialPatchify);
        const bool guided = settings.guided();
        NextScale run(parts.transformer, std::move(settings), fixture.text(parts.transformer, guided));
        while (!run.finished()) {
            const std::string scale = "scale" + std::to_string(run.scale());
            const at::Tensor logits = run.predict();
            const at::Tensor rows = fixture.tensor(scale + ".logit_rows").to(at::kLong);
            VERIFY_BELOW(test::relativeError(logits.index_select(1, rows), fixture.tensor(scale + ".logits")),
                         1e-4);
            run.feed(fixture.tensor(scale + ".bits").squeeze(1));
        }

        GenerationObserver observer;
        const RgbImage image = Pipeline(full_).generate(request, observer).images.at(0);
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
            NextScaleSettings settings = nextScaleSettings(
                fixture.request(), model.parts().transformer.shape(), model.parts().spatialPatchify);
            const bool guided = settings.guided();
            return NextScale(model.parts().transformer, std::move(settings),
                             fixture.text(model.parts().transformer, guided));
        };
        NextScale full = start(*full_), half = start(*half_);
        double squares = 0, energy = 0;
        std::int64_t different = 0, all = 0;
        while (!full.finished()) {
            const at::Tensor a = full.predict(), b = half.predict();
            squares += (a - b).to(at::kDouble).pow(2).sum().item<double>();
            energy += a.to(at::kDouble).pow(2).sum().item<double>();
            const at::Tensor bits = full.sample(a);
            different += (half.sample(b) != bits).sum().item<std::int64_t>();
            all += bits.numel();
            full.feed(bits);
            half.feed(bits);
        }
        const double drift = std::sqrt(squares / energy);
        const double flipped = double(different) / double(all);
        const auto picture = [](const Model& model, const at::Tensor& codes) {
            return toRgb(model.parts().vae.decode(codes)).front();
        };
        const double decibels = psnr(picture(*full_, full.codes()), picture(*half_, full.codes()));
        qInfo("bf16 against fp32: logits differ by %.3f %% (rms), %.3f %% of bits, VAE alone %.1f dB",
              100 * drift, 100 * flipped, decibels);
        QVERIFY(drift < 0.03);
        QVERIFY(flipped < 0.02);
        QVERIFY(decibels > 40);
    }

    void observerHearsEverything() {
        GenerationRequest request = smallRequest();
        request.preview = Preview::EachScale;
        Recorder recorder;
        const GenerationReport report = Pipeline(half_).generate(request, recorder);
        const std::size_t scales = scaleSchedule("0.06M", 1.0).size();
        QCOMPARE(recorder.schedule.size(), scales);
        QCOMPARE(recorder.layers, half_->layers());
        QCOMPARE(recorder.progress.size(), scales * std::size_t(half_->layers()));
        double before = 0;
        for (const LayerProgress& p : recorder.progress) {
            QVERIFY(p.workDone >= before && p.workDone <= 1);
            before = p.workDone;
        }
        QVERIFY(before > 0.3);
        for (std::size_t k = 0; k < scales; ++k) {
            const int side = recorder.schedule[k].height * half_->pixelsPerToken();
            QCOMPARE(recorder.previewSizes[k], (MapSize{side, side}));
        }
        QCOMPARE(report.images.size(), std::size_t(1));
        QCOMPARE(report.images[0].width, recorder.schedule.back().width * half_->pixelsPerToken());

        // Bytes: everything but the last map is stored, and counted as the formula says.
        const std::int64_t predicted = fullCacheBytes(*half_, recorder.schedule, 1, true);
        QCOMPARE(report.peakKvBytes, predicted);
        QCOMPARE(report.scales.back().kvBytes, predicted);
        QCOMPARE(report.scales[scales - 2].kvBytes, predicted);
    }

    void sameSeedSamePicture() {
        GenerationObserver silent;
        GenerationRequest request = smallRequest();
        const Pipeline pipeline(half_);
        const RgbImage first = pipeline.generate(request, silent).images[0];
        QCOMPARE(pipeline.generate(request, silent).images[0].pixels, first.pixels);
        request.preview = Preview::EachScale; // looking on must not change it
        QCOMPARE(pipeline.generate(request, silent).images[0].pixels, first.pixels);
        request.seed = 5;
        QVERIFY(pipeline.generate(request, silent).images[0].pixels != first.pixels);
    }

    void guidanceOnALayerNeedsOnlyHalfTheLayersAfterIt() {
        GenerationObserver silent;
        GenerationRequest request = smallRequest();
        request.cfgInsertionLayers = {-5};
        const std::int64_t bytes = Pipeline(half_).generate(request, silent).peakKvBytes;
        const std::int64_t both = fullCacheBytes(*half_, scaleSchedule("0.06M", 1.0), 1, true);
        QCOMPARE(bytes, both / 2 / half_->layers() * (2 * half_->layers() - 4)); // four layers keep one half
    }

    void stopTakesEffectWithinALayer() {
        std::stop_source stop;
        Recorder recorder;
        recorder.onLayer = [&](const LayerProgress& p) {
            if (p.scale == 2 && p.layer == 3)
                stop.request_stop();
        };
        QVERIFY_EXCEPTION_THROWN(Pipeline(half_).generate(smallRequest(), recorder, stop.get_token()),
                                 Cancelled);
        QCOMPARE(recorder.progress.back().scale, 2);
        QCOMPARE(recorder.progress.back().layer, 3);
        GenerationObserver silent; // and the pipeline still works
        QCOMPARE(Pipeline(half_).generate(smallRequest(), silent).images.size(), std::size_t(1));
    }

    void twoPipelinesShareOneModel() {
        GenerationObserver silent;
        const RgbImage alone = Pipeline(half_).generate(smallRequest(), silent).images[0];
        RgbImage a, b;
        const auto work = [&](RgbImage& result) {
            GenerationObserver quiet;
            result = Pipeline(half_).generate(smallRequest(), quiet).images[0];
        };
        std::thread first(work, std::ref(a));
        std::thread second(work, std::ref(b));
        first.join();
        second.join();
        QCOMPARE(a.pixels, alone.pixels);
        QCOMPARE(b.pixels, alone.pixels);
    }

    void promptsOfDifferentLength() {
        GenerationObserver silent;
        GenerationRequest request = smallRequest();
        request.prompts = {"a sun", "a smiling face with sunglasses on a purple background", ""};
        request.negativePrompt = "black";
        const GenerationReport report = Pipeline(half_).generate(request, silent);
        QCOMPARE(report.images.size(), std::size_t(3));
        QVERIFY(report.images[0].pixels != report.images[1].pixels);
    }

    void badRequestsAreErrors_data() {
        QTest::addColumn<QString>("change");
        for (const char* change :
             {"no prompt", "size", "ratio", "cfg count", "cfg nan", "tau zero", "top-p", "top-k", "layer"})
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
        else
            request.cfgInsertionLayers = {-half_->layers()};
        QVERIFY_EXCEPTION_THROWN(Pipeline(half_).check(request), Error);
        GenerationObserver silent;
        QVERIFY_EXCEPTION_THROWN(Pipeline(half_).generate(request, silent), Error);
    }

    void unknownDeviceIsAnError() {
        QVERIFY_EXCEPTION_THROWN(
            Model::load(findModel(test::demoModelFolder()), {Precision::Auto, "cuda:99"}), Error);
        QCOMPARE(availableDevices().front(), std::string("cpu"));
    }

    void reconstructionKeepsThePicture() {
        GenerationObserver silent;
        const RgbImage picture = Pipeline(full_).generate(smallRequest(), silent).images[0];
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
