#include "engine/image/vae_cost.h"
#include "engine/image/vae_layout.h"
#include "engine/image/vae_names.h"
#include "engine/io/checkpoint.h"
#include "engine/study/bench/random_vae.h"
#include "scalekv/error.h"
#include "tests/fixtures.h"

#include <QTest>

using namespace scalekv;
using vae::Half;
using vae::Layer;
using vae::Step;

namespace {

std::vector<Step> allSteps(const VaeShape& shape) {
    std::vector<Step> steps = vae::stepsOf(Half::Decoder, shape);
    for (Step& step : vae::stepsOf(Half::Encoder, shape))
        steps.push_back(std::move(step));
    return steps;
}

std::map<std::string, at::Tensor> tensorsOf(const Checkpoint& checkpoint) {
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [name, info] : checkpoint.tensors())
        tensors[name] = checkpoint.tensor(name);
    return tensors;
}

/// Two levels, one block each: small enough to count by hand.
VaeShape tinyShape() {
    VaeShape shape;
    shape.bits = 2;
    shape.baseChannels = 4;
    shape.decoderMultipliers = {1, 2};
    shape.decoderBlocks = 1;
    return shape;
}

/// What random weights are made for.
VaeShape decoderShape(const std::vector<std::int64_t>& multipliers) {
    VaeShape shape;
    shape.bits = 8;
    shape.baseChannels = 32;
    shape.decoderMultipliers = multipliers;
    shape.decoderBlocks = 3;
    return shape;
}

QString errorOf(const Checkpoint& checkpoint) {
    try {
        VaeShape::infer(checkpoint);
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

class TestVaeLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void filesHoldWhatTheLayoutNames_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("encoderBlocks");
        QTest::addColumn<int>("decoderBlocks");
        const auto row = [](const char* name, const std::filesystem::path& file, int encoder, int decoder) {
            QTest::newRow(name) << QString::fromStdString(file.string()) << encoder << decoder;
        };
        row("like the 2B release", test::parityFolder() / "tiny2b_vae.pth", 2, 3);
        row("like the 8B release", test::parityFolder() / "tiny8b_vae.pth", 2, 3);
        row("demo", test::demoModelFolder() / "vae.safetensors", 1, 2);
    }
    void filesHoldWhatTheLayoutNames() {
        QFETCH(QString, file);
        QFETCH(int, encoderBlocks);
        QFETCH(int, decoderBlocks);
        const Checkpoint checkpoint = Checkpoint::open(file.toStdString());
        const VaeShape shape = VaeShape::infer(checkpoint);
        QCOMPARE(shape.encoderBlocks, std::int64_t(encoderBlocks));
        QCOMPARE(shape.decoderBlocks, std::int64_t(decoderBlocks));
        const VaeNames names(checkpoint);
        std::int64_t parameters = 0;
        std::set<std::string> expected;
        for (const Step& step : allSteps(shape)) {
            for (const Layer& layer : step.layers()) {
                for (const char* leaf : {".weight", ".bias"}) {
                    const std::string name =
                        layer.isNorm() ? names.norm(layer.module, leaf) : names.conv(layer.module, leaf);
                    QVERIFY2(checkpoint.contains(name), name.c_str());
                    const std::vector<std::int64_t> tensor = checkpoint.tensors().at(name).shape;
                    if (!layer.isNorm() && leaf == std::string(".weight"))
                        QCOMPARE(tensor, (std::vector{layer.out, layer.in, layer.kernel, layer.kernel}));
                    else
                        QCOMPARE(tensor, std::vector{layer.out});
                    parameters += checkpoint.tensor(name).numel();
                    expected.insert(name);
                }
            }
        }
        for (const auto& [name, info] : checkpoint.tensors())
            if (QString::fromStdString(name).contains("encoder.") ||
                QString::fromStdString(name).contains("decoder."))
                QVERIFY2(expected.contains(name), name.c_str());
        QCOMPARE(vae::parametersOf(allSteps(shape)), parameters);
    }

    void stepsFollowOneAnother() {
        VaeShape shape = tinyShape();
        shape.encoderMultipliers = shape.decoderMultipliers;
        shape.encoderBlocks = 2;
        for (const Half half : {Half::Encoder, Half::Decoder}) {
            const std::vector<Step> steps = vae::stepsOf(half, shape);
            for (std::size_t n = 1; n < steps.size(); ++n)
                QCOMPARE(steps[n].in, steps[n - 1].out);
            const bool encodes = half == Half::Encoder;
            QCOMPARE(steps.front().in, encodes ? 3 : shape.bits);
            QCOMPARE(steps.front().zoom, encodes ? shape.patchSize() : 1);
            QCOMPARE(steps.back().out, encodes ? shape.bits : 3);
            QCOMPARE(steps.back().zoom, encodes ? 1 : shape.patchSize());
        }
        QVERIFY(vae::stepsOf(Half::Encoder, tinyShape()).empty());
    }

    void flopsCountedByHand() {
        // conv_in 2→8, six 8→8 (two middle blocks, level 1) on 6 positions; the enlarged map's 8→8; then on
        // 24 positions 8→4, 4→4 and the shortcut, and conv_out 4→3.
        const double small = 2 * 6 * 9 * (2 * 8 + 6 * 8 * 8);
        const double large = 2 * 24 * (9 * (8 * 8 + 8 * 4 + 4 * 4 + 4 * 3) + 8 * 4);
        QCOMPARE(decodeFlops(tinyShape(), MapSize{2, 3}), small + large);
    }

    void costFollowsTheBlocks() {
        VaeShape shape = tinyShape();
        const MapSize map{2, 3};
        const double one = decodeFlops(shape, map);
        shape.decoderBlocks = 2;
        const double second = 2.0 * 9 * (6 * 2 * 8 * 8 + 24 * 2 * 4 * 4);
        QCOMPARE(decodeFlops(shape, map), one + second);
        // The largest step: the first block at full resolution, two maps of 8 channels and one of 4.
        QCOMPARE(decodeBytes(shape, map, 2), std::int64_t(2 * 24 * (2 * 8 + 4)));
        // The largest map that is convolved: the 8 channels that this block takes in.
        QCOMPARE(largestConvolved(shape, map), std::int64_t(24 * 8));
    }

    void randomWeightsAreSuchAVae() {
        const VaeShape wanted = decoderShape({1, 2, 4});
        const VaeShape shape = VaeShape::infer(randomVae(wanted));
        QCOMPARE(shape.bits, wanted.bits);
        QCOMPARE(shape.baseChannels, wanted.baseChannels);
        QCOMPARE(shape.decoderMultipliers, wanted.decoderMultipliers);
        QCOMPARE(shape.decoderBlocks, wanted.decoderBlocks);
        QVERIFY(shape.encoderMultipliers.empty());
    }

    void attentionIsRefused() {
        std::map<std::string, at::Tensor> tensors = tensorsOf(randomVae(decoderShape({1, 2})));
        tensors[vae::middleAttention(Half::Decoder) + ".weight"] = at::zeros({64, 64, 1, 1});
        QVERIFY(errorOf(Checkpoint::fromTensors("x", tensors)).contains("attention layers"));
    }
};

QTEST_APPLESS_MAIN(TestVaeLayout)
#include "tst_vae_layout.moc"
