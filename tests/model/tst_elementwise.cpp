#include "engine/model/elementwise_portable.h"
#include "tests/fixtures.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

using namespace scalekv;

/// The one-pass loops against LibTorch's operators.
class TestElementwise : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;
    at::Generator generator_ = at::detail::createCPUGenerator(5);
    at::Tensor random(at::IntArrayRef shape) { return at::randn(shape, generator_, at::kFloat); }

    void types() {
        QTest::addColumn<bool>("half");
        QTest::newRow("fp32") << false;
        QTest::newRow("bf16") << true;
    }
    static at::ScalarType type(bool half) { return half ? at::kBFloat16 : at::kFloat; }
    static double tolerance(bool half) {
        return half ? 0.006 : 2e-6;
    } // bf16 keeps 8 bits: half a step is 0.2 % of a value

private Q_SLOTS:
    void layerNorm_data() { types(); }
    void layerNorm() {
        QFETCH(bool, half);
        for (std::int64_t width : {4, 96, 257, 2048}) {
            const at::Tensor x = random({2, 5, width}) * 3 + 1, gain = random({2, width}),
                             shift = random({2, width});
            const at::Tensor expected =
                at::layer_norm(x, {width}, {}, {}, 1e-6) * gain.unsqueeze(1) + shift.unsqueeze(1);
            VERIFY_BELOW(test::relativeError(normalizeLayer(x, gain, shift, type(half)), expected),
                         tolerance(half));
            VERIFY_BELOW(test::relativeError(normalizeLayerPortable(x, gain, shift, type(half)), expected),
                         tolerance(half));
            // Rows of a larger table, as a layer's modulation is.
            const at::Tensor table = at::stack({shift, gain}, 1);
            VERIFY_BELOW(test::relativeError(
                             normalizeLayer(x, table.select(1, 1), table.select(1, 0), type(half)), expected),
                         tolerance(half));
            const at::Tensor one = normalizeLayer(x, gain.narrow(0, 0, 1), shift.narrow(0, 0, 1), type(half));
            VERIFY_BELOW(test::relativeError(one[0], expected[0]), tolerance(half));
        }
    }

    void gelu_data() { types(); }
    void gelu() {
        QFETCH(bool, half);
        at::Tensor x = at::linspace(-30, 30, 100001, at::kFloat).to(type(half));
        const at::Tensor expected = at::gelu(x.to(at::kDouble), "tanh");
        geluInPlace(x);
        VERIFY_BELOW(
            (x.to(at::kDouble) - expected).abs().div(expected.abs().clamp_min(1e-3)).max().item<double>(),
            half ? 0.004 : 1e-5);
    }

    void addScaledGain_data() { types(); }
    void addScaledGain() {
        QFETCH(bool, half);
        at::Tensor x = random({2, 7, 96});
        const at::Tensor y = random({2, 7, 96}).to(type(half)), gain = random({2, 96});
        const at::Tensor expected = x + y.to(at::kFloat) * gain.unsqueeze(1);
        at::Tensor portable = x.clone();
        addScaled(x, y, gain);
        VERIFY_BELOW(test::relativeError(x, expected), 1e-6);
        addScaledPortable(portable, y, gain);
        VERIFY_BELOW(test::relativeError(portable, expected), 1e-6);
    }

    void splitQkvRotates_data() {
        QTest::addColumn<bool>("half");
        QTest::addColumn<bool>("portable");
        for (const bool half : {false, true})
            for (const bool portable : {false, true})
                QTest::addRow("%s, %s", half ? "bf16" : "fp32", portable ? "any device" : "CPU")
                    << half << portable;
    }
    void splitQkvRotates() {
        QFETCH(bool, half);
        QFETCH(bool, portable);
        constexpr std::int64_t kHeads = 3, kDim = 32;
        const MapSize map{3, 5};
        const RotaryAngles angles = rotaryAngles(map, {64, 64}, kDim, at::kCPU);
        const at::Tensor qkv = random({2, map.tokens(), 3, kHeads, kDim}).to(type(half));
        const at::Tensor before = qkv.clone();
        const at::Tensor headScale = random({kHeads}).abs();
        at::Tensor room = at::zeros({2, 2, kHeads, map.tokens() + 4, kDim}, type(half));
        KeyValues target{room[0].narrow(2, 3, map.tokens()), room[1].narrow(2, 3, map.tokens())};
        const at::Tensor queries = (portable ? splitQkvPortable : splitQkv)(qkv, headScale, angles, target);
        QVERIFY(at::equal(qkv, before));

        // By complex numbers: a pair (2i, 2i+1) is turned by its angle.
        const auto rotated = [&](std::int64_t which) {
            const at::Tensor x = qkv.select(2, which).to(at::kFloat).transpose(1, 2);
            const at::Tensor unit = x / x.norm(2, -1, true);
            const at::Tensor pairs = at::view_as_complex(unit.unflatten(-1, {-1, 2}).contiguous());
            return at::view_as_real(pairs * at::complex(angles.cosines, angles.sines)).flatten(-2);
        };
        VERIFY_BELOW(test::relativeError(queries, rotated(0) * headScale.view({1, -1, 1, 1})),
                     tolerance(half));
        VERIFY_BELOW(test::relativeError(target.keys, rotated(1)), tolerance(half));
        QVERIFY(at::equal(target.values, qkv.select(2, 2).transpose(1, 2)));
        QVERIFY((room.narrow(3, 0, 3) == 0).all().item<bool>()); // nothing outside the views was touched
        QVERIFY((room.narrow(3, 3 + map.tokens(), 1) == 0).all().item<bool>());
    }

    void rotaryPositionsAreSpreadOverTheExtent() {
        // Row 1 of a 6-row map stands at round(1 · 64 / 6) = 11; columns likewise.
        const RotaryAngles angles = rotaryAngles({6, 6}, {64, 64}, 16, at::kCPU);
        const double frequency = 1.0 / std::pow(10000.0, 2.0 / 8.0); // the second of four
        QVERIFY(std::abs(angles.cosines[6][1].item<double>() - std::cos(11 * frequency)) < 1e-5);
        QVERIFY(std::abs(angles.sines[1][5].item<double>() - std::sin(11 * frequency)) < 1e-5);
        QCOMPARE(angles.cosines[6][5].item<double>(), 1.0); // column 0 does not turn
    }
};

QTEST_APPLESS_MAIN(TestElementwise)
#include "tst_elementwise.moc"
