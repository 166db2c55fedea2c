#include "engine/io/checkpoint.h"
#include "engine/study/metrics/inception.h"
#include "scalekv/error.h"
#include "scalekv/lpips.h"
#include "tests/message_of.h"
#include "tests/mutate.h"
#include "tests/safetensors_file.h"
#include "tests/study/metrics/seeded_weights.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace scalekv;

/// Files are recognised by what is in them, and what is wrong with them is said.
class TestMetricWeights : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    std::filesystem::path path(const char* name = "") const {
        return std::filesystem::path(folder_->path().toStdString()) / name;
    }
    static std::map<std::string, at::Tensor> alex() { return test::seededWeights("alexnet"); }

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        qunsetenv(kMetricWeightsVariable);
    }

    void everythingIsFoundWhateverItsName() {
        int number = 0;
        const auto write = [&](const std::string& network) {
            const auto file = path() / (std::to_string(number++) + ".pth");
            test::writeSafetensors(file, test::seededWeights(network));
            return file;
        };
        std::array<MetricWeights::Lpips, 3> files;
        for (const LpipsNet net : kLpipsNets)
            files[std::size_t(net)] = {write(test::trunkName(net)), write("lpips_" + netName(net))};
        const auto inception = write("inception");
        test::writeSafetensors(path("other.safetensors"), {{"w", at::zeros({2})}});
        test::writeBytes(path("broken.pth"), "PK\x03\x04 no archive");
        test::writeBytes(path("notes.txt"), "not weights");

        const MetricWeights found = findMetricWeights({path()});
        for (const LpipsNet net : kLpipsNets) {
            QCOMPARE(found.of(net).trunk, files[std::size_t(net)].trunk);
            QCOMPARE(found.of(net).heads, files[std::size_t(net)].heads);
            QVERIFY(missingFiles(found, net).empty());
        }
        QCOMPARE(found.inception, inception);
        QVERIFY(missingInception(found).empty());
        QCOMPARE(*found.firstNet(), LpipsNet::Alex);
        QCOMPARE(found.notes.size(), std::size_t(2));
        QVERIFY(found.notes[0].find("broken.pth") != std::string::npos);
        QVERIFY(found.notes[1].ends_with("none of the metrics' networks: other.safetensors."));
    }

    void theEnvironmentNamesAFolder() {
        (void)test::seededLpips(path(), LpipsNet::Squeeze);
        QVERIFY(findMetricWeights({}).firstNet() == nullptr);
        qputenv(kMetricWeightsVariable, QByteArray::fromStdString(path().string()));
        QCOMPARE(*findMetricWeights({}).firstNet(), LpipsNet::Squeeze);
        // What is given comes in its place.
        const QTemporaryDir empty;
        QVERIFY(findMetricWeights({empty.path().toStdString()}).firstNet() == nullptr);
        qputenv(kMetricWeightsVariable, "/no/such/folder");
        QVERIFY(
            test::messageOf([] { (void)findMetricWeights({}); }).contains(QStringLiteral("/no/such/folder")));
    }

    void namedFilesMustBeOfUse() {
        test::writeSafetensors(path("w.safetensors"), {{"features.0.weight", at::zeros({96, 3, 7, 7})}});
        const QString message = test::messageOf([&] { (void)findMetricWeights({path("w.safetensors")}); });
        QVERIFY2(message.contains(QStringLiteral("w.safetensors: is none of the metrics' networks")),
                 qPrintable(message));
        QVERIFY(message.contains(QStringLiteral("SqueezeNet 1.1")));
    }

    void twoOfAKindMustBeTheSame() {
        test::writeSafetensors(path("a.pth"), alex());
        test::writeSafetensors(path("b.pth"), alex());
        QCOMPARE(findMetricWeights({path()}).of(LpipsNet::Alex).trunk, path("a.pth"));
        auto other = alex();
        other["features.0.bias"] = other["features.0.bias"] + 1;
        test::writeSafetensors(path("b.pth"), other);
        const QString message = test::messageOf([&] { (void)findMetricWeights({path()}); });
        QVERIFY2(message.contains(QStringLiteral("a.pth and ")) &&
                     message.contains(QStringLiteral("name one")),
                 qPrintable(message));
    }

    void otherNetworksOfThatFamily_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("vgg19") << QStringLiteral("features.16.weight");
    }
    void otherNetworksOfThatFamily() {
        QFETCH(QString, name);
        auto tensors = test::seededWeights("vgg16");
        tensors[name.toStdString()] = at::zeros({256, 256, 3, 3});
        test::writeSafetensors(path("vgg.pth"), tensors);
        QVERIFY(test::messageOf([&] {
                    (void)findMetricWeights({path("vgg.pth")});
                }).contains(QStringLiteral("is none of")));
    }

    void damagedWeightsAreNamed_data() {
        QTest::addColumn<bool>("heads");
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<QString>("says");
        QTest::newRow("missing") << false << "features.8.bias"
                                 << "tensor features.8.bias is missing";
        QTest::newRow("missing head") << true << "lin4.model.1.weight"
                                      << "tensor lin4.model.1.weight is missing";
        QTest::newRow("wrong shape") << false << "features.6.weight=3"
                                     << "features.6.weight has shape [3], expected";
        QTest::newRow("wrong head") << true << "lin3.model.1.weight=3"
                                    << "lin3.model.1.weight has shape [3], expected";
    }
    void damagedWeightsAreNamed() {
        QFETCH(bool, heads);
        QFETCH(QString, tensor);
        QFETCH(QString, says);
        const MetricWeights weights = test::seededLpips(path(), LpipsNet::Alex);
        auto tensors = test::seededWeights(heads ? "lpips_alex" : "alexnet");
        const QStringList parts = tensor.split(QLatin1Char('='));
        const std::string name = parts[0].toStdString();
        if (parts.size() == 2)
            tensors[name] = at::zeros({parts[1].toInt()});
        else
            tensors.erase(name);
        test::writeSafetensors(heads ? weights.of(LpipsNet::Alex).heads : weights.of(LpipsNet::Alex).trunk,
                               tensors);
        const QString message = test::messageOf([&] { (void)Lpips::load(weights, LpipsNet::Alex); });
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    void damagedInceptionIsNamed() {
        auto tensors = test::seededWeights("inception");
        tensors.erase("Mixed_6c.branch7x7_2.bn.running_var");
        const Checkpoint damaged = Checkpoint::fromTensors("inception.pth", tensors);
        QCOMPARE(test::messageOf([&] { (void)Inception(damaged, at::kCPU); }),
                 QStringLiteral("inception.pth: tensor Mixed_6c.branch7x7_2.bn.running_var is missing."));
    }
};

QTEST_APPLESS_MAIN(TestMetricWeights)
#include "tst_metric_weights.moc"
