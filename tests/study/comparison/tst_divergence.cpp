#include "engine/study/comparison/divergence.h"
#include "tests/fixtures.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numbers>

using namespace scalekv;

namespace {

/// Logits of bits whose value is 1 with these probabilities: [1, 1, 2·n].
at::Tensor logitsOf(const std::vector<double>& ones) {
    std::vector<double> logits;
    for (const double p : ones) {
        logits.push_back(std::log(1 - p) + 3); // what both logits have in common does not matter
        logits.push_back(std::log(p) + 3);
    }
    return at::tensor(logits, at::kDouble).view({1, 1, -1});
}

at::Tensor raw(std::vector<double> logits) {
    return at::tensor(logits, at::kDouble).view({1, 1, -1});
}

} // namespace

class TestDivergence : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Σ p ln(p/q) + (1 − p) ln((1 − p)/(1 − q)), worked out by hand.
    void knownAnswers_data() {
        QTest::addColumn<std::vector<double>>("p");
        QTest::addColumn<std::vector<double>>("q");
        QTest::addColumn<double>("wanted");
        const double ln2 = std::numbers::ln2;
        const double ln3 = std::log(3.0);
        QTest::newRow("equal") << std::vector{0.3, 0.9} << std::vector{0.3, 0.9} << 0.0;
        // ½ ln(½ / ¾) + ½ ln(½ / ¼) = ln 2 − ½ ln 3
        QTest::newRow("half against three quarters")
            << std::vector{0.5} << std::vector{0.75} << ln2 - ln3 / 2;
        // ¾ ln(¾ / ½) + ¼ ln(¼ / ½) = ¾ ln 3 − ln 2: not the same the other way round
        QTest::newRow("three quarters against half")
            << std::vector{0.75} << std::vector{0.5} << 0.75 * ln3 - ln2;
        QTest::newRow("summed over bits")
            << std::vector{0.5, 0.75, 0.2} << std::vector{0.75, 0.5, 0.2} << ln3 / 4;
    }
    void knownAnswers() {
        QFETCH(std::vector<double>, p);
        QFETCH(std::vector<double>, q);
        QFETCH(double, wanted);
        VERIFY_BELOW(std::abs(klSum(logitsOf(p), logitsOf(q)) - wanted), 1e-14);
    }

    void sureBitsStayFinite() {
        // Probabilities that are 0 and 1 as far as a double can tell.
        const at::Tensor sureOne = raw({-500, 500}), sureZero = raw({500, -500}), even = raw({7, 7});
        QCOMPARE(klSum(sureOne, sureOne), 0.0);
        VERIFY_BELOW(std::abs(klSum(sureOne, even) - std::numbers::ln2), 1e-14);
        VERIFY_BELOW(std::abs(klSum(sureOne, sureZero) - 1000), 1e-9);
        VERIFY_BELOW(std::abs(klSum(even, sureZero) - (500 - std::numbers::ln2)), 1e-9);
    }

    void brokenLogitsAreInfinitelyFar() {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        QCOMPARE(klSum(raw({0, 1}), raw({0, nan})), std::numeric_limits<double>::infinity());
    }

    void neverNegative() {
        const at::Tensor p = at::randn({1, 500, 64}), q = p + 1e-7 * at::randn({1, 500, 64});
        QVERIFY(klSum(p, q) >= 0);
        QVERIFY(klSum(p, at::randn({1, 500, 64})) > 100);
    }
};

QTEST_APPLESS_MAIN(TestDivergence)
#include "tst_divergence.moc"
