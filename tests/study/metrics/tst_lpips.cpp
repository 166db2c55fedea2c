#include "engine/study/metrics/lpips_network.h"
#include "scalekv/error.h"
#include "scalekv/lpips.h"
#include "scalekv/picture_file.h"
#include "tests/message_of.h"
#include "tests/study/metrics/seeded_weights.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>

using namespace scalekv;

Q_DECLARE_METATYPE(scalekv::LpipsNet)

/// LPIPS against the packages lpips and torchmetrics, with seeded random weights in every net.
class TestLpips : public QObject {
    Q_OBJECT

    static constexpr double kAgreement = 1e-5; // relative

    QTemporaryDir folder_;
    std::filesystem::path folder() const { return folder_.path().toStdString(); }

    static RgbImage picture(const std::string& set, std::size_t n) {
        char name[16];
        std::snprintf(name, sizeof name, "%04zu.png", n);
        return readPicture(test::metricsFolder() / set / name);
    }

private Q_SLOTS:
    void agreesWithThePackages_data() {
        QTest::addColumn<LpipsNet>("net");
        for (const LpipsNet net : kLpipsNets)
            QTest::addRow("%s", netName(net).c_str()) << net;
    }
    void agreesWithThePackages() {
        QFETCH(LpipsNet, net);
        const auto lpips = Lpips::load(test::seededLpips(folder(), net), net);
        const auto& expected = test::expectedMetrics().at("lpips").at(netName(net));
        double worst = 0;
        const auto compare = [&](const char* a, const char* b, const std::string& prefix) {
            const auto& ofPackage = expected.at(prefix + "package_per_pair");
            const auto& ofTorchmetrics = expected.at(prefix + "torchmetrics_per_pair");
            for (std::size_t n = 0; n < ofPackage.size(); ++n) {
                const double got = lpips->distance(picture(a, n), picture(b, n));
                for (const double wanted : {double(ofPackage[n]), double(ofTorchmetrics[n])})
                    worst = std::max(worst, wanted == 0 ? got : std::abs(got - wanted) / wanted);
            }
        };
        compare("a", "b", "");
        compare("a_large", "b_large", "large_");
        qInfo("largest relative difference %g", worst);
        QVERIFY2(worst < kAgreement, qPrintable(QString::number(worst)));
        const RgbImage black{32, 32, std::vector<std::uint8_t>(32 * 32 * 3, 0)};
        const RgbImage white{32, 32, std::vector<std::uint8_t>(32 * 32 * 3, 255)};
        const double smallest = lpips->distance(black, white);
        QVERIFY(std::isfinite(smallest) && smallest > 0);
        QCOMPARE(lpips->distance(white, black), smallest);
    }

    void smallFeaturesAreDividedAsInTorchmetrics() {
        auto tensors = test::seededWeights("alexnet");
        for (const char* name : {"features.10.weight", "features.10.bias"})
            tensors[name] = tensors[name].mul(1e-5);
        const LpipsNetwork network =
            readLpips(LpipsNet::Alex, Checkpoint::fromTensors("small", tensors),
                      Checkpoint::fromTensors("heads", test::seededWeights("lpips_alex")), at::kCPU);
        const auto& expected =
            test::expectedMetrics().at("lpips").at("epsilon_test").at("torchmetrics_per_pair");
        for (std::size_t n = 0; n < expected.size(); ++n) {
            const auto input = [n](const char* set) {
                const RgbImage image = picture(set, n);
                const at::Tensor bytes = at::tensor(at::ArrayRef<std::uint8_t>(image.pixels))
                                             .view({1, image.height, image.width, 3});
                return lpipsInput(bytes.permute({0, 3, 1, 2}).to(at::kFloat).div(255).mul(2).sub(1));
            };
            at::Tensor a = input("a"), b = input("b");
            double distance = 0;
            for (std::size_t stage = 0; stage < network.stages.size(); ++stage) {
                for (const Block& block : network.stages[stage]) {
                    a = run(block, a);
                    b = run(block, b);
                }
                distance += lpipsLayer(a, b, network.heads[stage]).item<double>();
            }
            const double wanted = expected[n];
            QVERIFY2(std::abs(distance - wanted) / wanted < kAgreement,
                     qPrintable(QString::number(distance)));
        }
    }

    void tallMapsAreComparedInStrips() {
        // Large enough for several strips: as if at once.
        const at::Tensor a = at::rand({1, 64, 700, 300}), b = at::rand({1, 64, 700, 300});
        const at::Tensor head = at::rand({64, 1, 1});
        const auto unit = [](const at::Tensor& x) {
            const at::Tensor wide = x.to(at::kDouble);
            return wide / (wide.square().sum(1, true) + 1e-8).sqrt();
        };
        const double wanted = ((unit(a) - unit(b)).square() * head).sum(1).mean().item<double>();
        const double got = lpipsLayer(a, b, head).item<double>();
        QVERIFY2(std::abs(got - wanted) / wanted < 1e-6, qPrintable(QString::number(got - wanted)));
    }

    void errors() {
        const auto lpips = Lpips::load(test::seededLpips(folder(), LpipsNet::Alex), LpipsNet::Alex);
        const auto grey = [](int width, int height) {
            return RgbImage{width, height, std::vector<std::uint8_t>(std::size_t(width) * height * 3, 99)};
        };
        QVERIFY(test::messageOf([&] {
                    lpips->distance(grey(40, 50), grey(50, 40));
                }).contains(QStringLiteral("40x50 and 50x40")));
        QVERIFY(test::messageOf([&] {
                    lpips->distance(grey(31, 40), grey(31, 40));
                }).contains(QStringLiteral("at least 32x32")));
        QCOMPARE(lpips->distance(grey(32, 32), grey(32, 32)), 0.0);
        QVERIFY(
            test::messageOf([&] {
                (void)Lpips::load({}, LpipsNet::Vgg);
            }).contains(QStringLiteral("vgg16-397923af.pth and the package lpips' weights/v0.1/vgg.pth")));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_EXCEPTION_THROWN(lpips->distance(grey(40, 40), grey(40, 40), stop.get_token()), Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestLpips)
#include "tst_lpips.moc"
