// Products in bf16, on processors that multiply it and on those that do not.

#include "engine/device/cpu_bfloat16.h"
#include "engine/device/products.h"

#include <ATen/ATen.h>

#include <QFile>
#include <QtTest/QtTest>

using namespace scalekv;

namespace {

at::Tensor random(at::IntArrayRef sizes, std::uint64_t seed) {
    return at::randn(sizes, at::detail::createCPUGenerator(seed)).to(at::kBFloat16);
}

} // namespace

class TestProducts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theProcessorIsWhatTheSystemSaysOfIt() {
        QFile info(QStringLiteral("/proc/cpuinfo"));
        if (!info.open(QIODevice::ReadOnly))
            QSKIP("this system has no such list");
        const QByteArray flags = info.readAll();
        const bool listed = flags.contains(" avx512_bf16") || flags.contains(" amx_bf16") ||
                            flags.contains(" bf16"); // the last is ARM's
        QCOMPARE(cpuMultipliesBFloat16(), listed);
    }

    /// The exact product of the bf16 numbers, rounded once: whatever blocks it is worked out in.
    void widenedIsTheExactProduct_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("in");
        QTest::addColumn<int>("out");
        QTest::newRow("one row") << 1 << 64 << 48;
        QTest::newRow("rows that fill no block") << 1500 << 16 << 24;
        QTest::newRow("weights that fill no block") << 3 << 2048 << 1100;
        QTest::newRow("a row of weights above a block") << 2 << (1 << 20) + 64 << 3;
    }
    void widenedIsTheExactProduct() {
        QFETCH(int, rows);
        QFETCH(int, in);
        QFETCH(int, out);
        const at::Tensor x = random({1, rows, in}, 1), weight = random({out, in}, 2), bias = random({out}, 3);
        const at::Tensor exact = at::linear(x.to(at::kDouble), weight.to(at::kDouble));
        const double unit = std::sqrt(double(in));
        for (const bool biased : {false, true}) {
            const at::Tensor found = affineWidened(x, weight, biased ? bias : at::Tensor());
            QCOMPARE(found.scalar_type(), at::kBFloat16);
            QCOMPARE(found.sizes().vec(), exact.sizes().vec());
            const at::Tensor wanted = biased ? exact + bias.to(at::kDouble) : exact;
            const at::Tensor error = (found.to(at::kDouble) - wanted).abs();
            // Half a step of bf16, and what fp32 sums lose.
            QVERIFY((error <= wanted.abs() / 256 + 1e-5 * unit).all().item<bool>());
        }
    }

    void aViewOfRowsIsTakenAsItLies() {
        const at::Tensor all = random({4, 6, 32}, 1), weight = random({8, 32}, 2);
        const at::Tensor some = all.slice(1, 2, 5);
        QVERIFY(affineWidened(some, weight).equal(affineWidened(some.contiguous(), weight)));
    }

    /// Whichever way this processor takes.
    void affineStaysClose() {
        const at::Tensor x = random({2, 5, 64}, 1), weight = random({32, 64}, 2), bias = random({32}, 3);
        const at::Tensor wanted = affineWidened(x, weight, bias).to(at::kFloat);
        QVERIFY(at::allclose(affine(x, weight, bias).to(at::kFloat), wanted, 0.02, 0.05));
        const at::Tensor exact = affine(x.to(at::kFloat), weight.to(at::kFloat), bias.to(at::kFloat));
        QVERIFY(at::allclose(exact, wanted, 0.02, 0.05));
    }

    void convolutionsFollowTheProcessor() {
        QCOMPARE(convolutionType(at::kFloat, at::kCPU), at::kFloat);
        QCOMPARE(convolutionType(at::kBFloat16, at::kCPU),
                 cpuMultipliesBFloat16() ? at::kBFloat16 : at::kFloat);
        QCOMPARE(convolutionType(at::kBFloat16, at::kCUDA), at::kBFloat16);
    }
};

QTEST_APPLESS_MAIN(TestProducts)
#include "tst_products.moc"
