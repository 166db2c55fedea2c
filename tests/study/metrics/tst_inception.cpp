#include "engine/study/metrics/inception.h"
#include "engine/study/metrics/picture_tensor.h"
#include "scalekv/error.h"
#include "scalekv/picture_file.h"
#include "tests/study/metrics/seeded_weights.h"

#include <ATen/ATen.h>
#include <QTest>

#include <memory>

using namespace scalekv;

Q_DECLARE_METATYPE(scalekv::FeatureResizing)

/// Resizing and features against clean-fid (which calls Pillow) and pytorch-fid, with seeded random weights.
class TestInception : public QObject {
    Q_OBJECT

    std::unique_ptr<Inception> network_;

    static const nlohmann::json& expected(FeatureResizing resizing) {
        return test::expectedMetrics()
            .at("inception")
            .at(resizing == FeatureResizing::Clean ? "clean" : "pytorch_fid")
            .at("pictures");
    }

private Q_SLOTS:
    void initTestCase() {
        const Checkpoint weights = Checkpoint::fromTensors("seeded", test::seededWeights("inception"));
        QVERIFY(Inception::looksLike(weights));
        network_ = std::make_unique<Inception>(weights, at::kCPU);
    }

    void picturesAreResizedAsThePackagesDo_data() {
        QTest::addColumn<FeatureResizing>("resizing");
        QTest::addColumn<double>("scale");  // of the network's input in the fixture's units
        QTest::addColumn<double>("middle"); // what is 0 in the network's
        QTest::addColumn<double>("agreement");
        QTest::newRow("clean-fid") << FeatureResizing::Clean << 128.0 << 128.0 << 1e-3; // of 255
        QTest::newRow("pytorch-fid") << FeatureResizing::Pytorch << 0.5 << 0.5 << 1e-5; // of 1
    }
    void picturesAreResizedAsThePackagesDo() {
        QFETCH(FeatureResizing, resizing);
        QFETCH(double, scale);
        QFETCH(double, middle);
        QFETCH(double, agreement);
        double worst = 0;
        for (const auto& picture : expected(resizing)) {
            const RgbImage image =
                readPicture(test::metricsFolder() / picture.at("picture").get<std::string>());
            const at::Tensor input =
                inceptionInput(image, resizing, at::kCPU).to(at::kDouble) * scale + middle;
            for (const auto& value : picture.at("resized").at("values"))
                for (std::int64_t c = 0; c < 3; ++c)
                    worst = std::max(
                        worst, std::abs(input[0][c][std::int64_t(value.at("y"))][std::int64_t(value.at("x"))]
                                            .item<double>() -
                                        double(value.at("rgb")[std::size_t(c)])));
            const double sum = picture.at("resized").at("sum");
            QVERIFY(std::abs(input.sum().item<double>() - sum) / sum < 1e-6);
        }
        qInfo("largest difference %g", worst);
        QVERIFY2(worst < agreement, qPrintable(QString::number(worst)));
    }

    void featuresAreThePackages_data() { picturesAreResizedAsThePackagesDo_data(); }
    void featuresAreThePackages() {
        QFETCH(FeatureResizing, resizing);
        double worst = 0;
        for (const auto& picture : expected(resizing)) {
            const RgbImage image =
                readPicture(test::metricsFolder() / picture.at("picture").get<std::string>());
            const at::Tensor features = network_->features(inceptionInput(image, resizing, at::kCPU))[0];
            QCOMPARE(features.numel(), kInceptionFeatures);
            const auto& first = picture.at("features_first16");
            double largest = 0;
            for (const auto& value : first)
                largest = std::max(largest, double(value));
            for (std::size_t n = 0; n < first.size(); ++n)
                worst = std::max(
                    worst, std::abs(features[std::int64_t(n)].item<double>() - double(first[n])) / largest);
            const double l2 = picture.at("features_l2");
            worst = std::max(worst, std::abs(features.to(at::kDouble).norm().item<double>() - l2) / l2);
        }
        qInfo("largest relative difference %g", worst);
        QVERIFY2(worst < 1e-5, qPrintable(QString::number(worst)));
    }

    void referencesAreResizedAsTorchvisionDoes() {
        for (const auto& result : test::expectedMetrics().at("resize").at("results")) {
            const RgbImage image =
                readPicture(test::metricsFolder() / result.at("source").get<std::string>());
            const int width = result.at("width"), height = result.at("height");
            const RgbImage resized = resizedReference(image, width, height);
            std::int64_t sum = 0;
            for (const std::uint8_t value : resized.pixels)
                sum += value;
            QCOMPARE(sum, std::int64_t(result.at("sum")));
            if (result.contains("file"))
                QVERIFY(resized.pixels ==
                        readPicture(test::metricsFolder() / result.at("file").get<std::string>()).pixels);
        }
    }

    void torchvisionsOwnIsAnother() {
        auto tensors = test::seededWeights("inception");
        tensors["fc.weight"] = at::zeros({1000, 2048});
        QVERIFY(!Inception::looksLike(Checkpoint::fromTensors("other", tensors)));
    }

    void stops() {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_EXCEPTION_THROWN(network_->features(at::zeros({1, 3, 299, 299}), stop.get_token()),
                                 Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestInception)
#include "tst_inception.moc"
