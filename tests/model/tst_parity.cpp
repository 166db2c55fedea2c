// Whole generations of the released Python code, repeated number for number in fp32.

#include "engine/image/bsq.h"
#include "engine/image/vae.h"
#include "engine/io/weights.h"
#include "engine/model/next_scale.h"
#include "engine/pipeline/generation.h"
#include "tests/generation_fixture.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

using namespace scalekv;
using test::Fixture;

namespace {

constexpr double kLogitTolerance = 1e-4; // relative, as the issue sets it

struct LoadedModel {
    Transformer transformer;
    Vae vae;
};

LoadedModel loadModel(const std::filesystem::path& folder, const std::string& name) {
    const auto file =
        std::filesystem::exists(folder / (name + ".pth")) ? folder / (name + ".pth") : folder / name;
    const Checkpoint checkpoint = Checkpoint::open(file);
    Weights weights(checkpoint, at::kFloat, at::kCPU);
    Transformer transformer = Transformer::load(weights, TransformerShape::infer(checkpoint));
    return {std::move(transformer), Vae::load(folder / (name + "_vae.pth"), {}, at::kFloat, at::kCPU)};
}

NextScale start(const Fixture& fixture, const LoadedModel& model) {
    const bool patchify = model.transformer.shape().bits != model.vae.shape().bits;
    NextScaleSettings settings = nextScaleSettings(fixture.request(), model.transformer.shape(), patchify);
    const bool guided = settings.guided();
    return {model.transformer, std::move(settings), fixture.text(model.transformer, guided)};
}

std::string key(std::int64_t scale, const char* what) {
    return "scale" + std::to_string(scale) + "." + what;
}

at::Tensor storedBits(const Fixture& fixture, std::int64_t scale) {
    return fixture.tensor(key(scale, "bits")).squeeze(1);
}

} // namespace

class TestParity : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;

    void rows() {
        QTest::addColumn<QString>("file");
        const auto files = test::generationFixtures(test::parityFolder());
        QVERIFY2(!files.empty(), "no fixtures found");
        for (const auto& file : files)
            QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
    }

private Q_SLOTS:
    void logitsWithStoredBitsFedBack_data() { rows(); }
    void logitsWithStoredBitsFedBack() {
        QFETCH(QString, file);
        const Fixture fixture(file.toStdString());
        const LoadedModel model = loadModel(test::parityFolder(), fixture.setting("model"));
        NextScale run = start(fixture, model);
        double worst = 0;
        while (!run.finished()) {
            const std::int64_t k = run.scale();
            const at::Tensor logits = run.predict();
            const at::Tensor expected = fixture.tensor(key(k, "logits"));
            const at::Tensor rows = fixture.tensor(key(k, "logit_rows")).to(at::kLong);
            const double error = test::relativeError(logits.index_select(1, rows), expected);
            worst = std::max(worst, error);
            QVERIFY2(error < kLogitTolerance,
                     qPrintable(QString("scale %1: relative error %2").arg(k).arg(error)));
            run.feed(storedBits(fixture, k));
        }
        qInfo("largest relative error of logits: %.2g", worst);
    }

    void bitsAndImageFromTheSameSeed_data() { rows(); }
    void bitsAndImageFromTheSameSeed() {
        QFETCH(QString, file);
        const Fixture fixture(file.toStdString());
        const LoadedModel model = loadModel(test::parityFolder(), fixture.setting("model"));
        NextScale run = start(fixture, model);
        while (!run.finished()) {
            const std::int64_t k = run.scale();
            const at::Tensor bits = run.sample(run.predict());
            const auto different = (bits != storedBits(fixture, k)).sum().item<std::int64_t>();
            QVERIFY2(different == 0, qPrintable(QString("scale %1: %2 bits differ").arg(k).arg(different)));
            run.feed(bits);
        }
        const std::vector<RgbImage> images = toRgb(model.vae.decode(run.codes()));
        const at::Tensor expected = fixture.tensor("image"); // [B, H, W, 3]
        QCOMPARE(std::int64_t(images.size()), expected.size(0));
        for (std::size_t i = 0; i < images.size(); ++i) {
            const RgbImage& image = images[i];
            QCOMPARE(std::int64_t(image.height), expected.size(1));
            QCOMPARE(std::int64_t(image.width), expected.size(2));
            const at::Tensor pixels =
                at::tensor(at::ArrayRef<std::uint8_t>(image.pixels)).view(expected[0].sizes());
            const auto difference =
                (pixels.to(at::kInt) - expected[std::int64_t(i)].to(at::kInt)).abs().max().item<int>();
            QVERIFY2(difference <= 1,
                     qPrintable(QString("image %1 differs by %2 of 255").arg(i).arg(difference)));
        }
    }
};

QTEST_APPLESS_MAIN(TestParity)
#include "tst_parity.moc"
