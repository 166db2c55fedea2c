#include "engine/analysis/attention_variance.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

#include <cmath>

using namespace scalekv;

class TestAttentionVariance : public QObject {
    Q_OBJECT

    c10::InferenceMode inference_;

    /// Each query of a 1 × 4 map looks at the key that it is told, of four in the history and four in the
    /// map, and at nothing else; in three heads, of two sequences.
    static LayerState looking(const std::array<std::array<int, 4>, 3>& at) {
        LayerState state;
        state.scale = 2;
        state.map = {1, 4};
        const at::Tensor keys = at::eye(8).expand({2, 3, 8, 8});
        state.history = {keys.narrow(2, 0, 4), {}};
        state.current = {keys.narrow(2, 4, 4), {}};
        state.queries = at::zeros({2, 3, 4, 8});
        for (std::int64_t h = 0; h < 3; ++h)
            for (std::int64_t i = 0; i < 4; ++i)
                state.queries[0][h][i][at[std::size_t(h)][std::size_t(i)]] = 200;
        return state; // the second sequence sees all alike, which must not count
    }

private Q_SLOTS:
    void byHand() {
        const std::vector<double> variance =
            attentionVariance(looking({{{6, 6, 6, 6}, {0, 1, 5, 6}, {2, 2, 7, 7}}}), 0);
        QCOMPARE(variance.size(), std::size_t(3));
        QVERIFY(std::abs(variance[0]) < 1e-6);        // all the same
        QVERIFY(std::abs(variance[1] - 0.75) < 1e-6); // of four keys: 1/4 − 1/16 each
        QVERIFY(std::abs(variance[2] - 0.5) < 1e-6);  // of two: 1/2 − 1/4 each
    }

    // Against its definition, with a sample of the queries, in both precisions.
    void byItsDefinition() {
        LayerState state;
        state.scale = 3;
        state.map = {8, 8};
        for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
            const auto numbers = [&](std::int64_t tokens) { return at::randn({2, 2, tokens, 32}).to(type); };
            state.history = {numbers(100), {}};
            state.current = {numbers(64), {}};
            state.queries = numbers(64);
            const at::Tensor keys =
                at::cat({state.history.keys, state.current.keys}, 2)[0].to(at::kFloat); // [H, n, D]
            const at::Tensor all =
                at::matmul(state.queries[0].to(at::kFloat), keys.transpose(1, 2)).softmax(-1);
            const std::vector<double> exact = attentionVariance(state, 0);
            for (std::int64_t h = 0; h < 2; ++h) {
                const double expected = all[h].to(at::kDouble).var(0, false).sum().item<double>();
                QVERIFY2(std::abs(exact[std::size_t(h)] - expected) < 0.01 * expected,
                         qPrintable(QString("%1 %2").arg(exact[std::size_t(h)]).arg(expected)));
            }
            const std::vector<double> sampled = attentionVariance(state, 32);
            QVERIFY(sampled != exact && sampled[0] > 0.5 * exact[0] && sampled[0] < 2 * exact[0]);
        }
    }

    // The first map has no history.
    void withoutHistory() {
        LayerState state;
        state.map = {1, 2};
        state.current = {at::eye(2).expand({1, 1, 2, 2}), {}};
        state.queries = at::eye(2).mul(100).expand({1, 1, 2, 2});
        QVERIFY(std::abs(attentionVariance(state, 32).front() - 0.5) < 1e-6);
    }
};

QTEST_APPLESS_MAIN(TestAttentionVariance)
#include "tst_attention_variance.moc"
