#include "engine/model/sampler.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

#include <cmath>

using namespace scalekv;

class TestSampler : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;

    /// Share of ones among many draws of a bit whose probability of one is `probability`.
    static double share(double probability, const Sampler& sampler) {
        constexpr std::int64_t kDraws = 20000;
        const double logit = std::log(probability / (1 - probability));
        const at::Tensor logits = at::tensor({0.0F, float(logit)}).repeat({1, kDraws, 1});
        at::Generator generator = at::detail::createCPUGenerator(3);
        return sampler.draw(logits, generator).to(at::kDouble).mean().item<double>();
    }

private Q_SLOTS:
    void drawsByProbability() {
        QVERIFY(std::abs(share(0.3, {}) - 0.3) < 0.015);
        QVERIFY(std::abs(share(0.3, {900, 0}) - 0.3) < 0.015); // top-k of 900 keeps both values
    }
    void topKOfOneIsGreedy() {
        QCOMPARE(share(0.6, {1, 0}), 1.0);
        QCOMPARE(share(0.4, {1, 0}), 0.0);
    }
    void topPRemovesTheUnlikelierValue() {
        QCOMPARE(share(0.02, {0, 0.97}), 0.0);
        QCOMPARE(share(0.98, {0, 0.97}), 1.0);
        QVERIFY(std::abs(share(0.05, {0, 0.97}) - 0.05) < 0.01);
    }
    // A device compares the same quotients as LibTorch's multinomial does on the CPU.
    void aDeviceDrawsTheSameBits() {
        const Sampler sampler{900, 0.97};
        const at::Tensor logits = 3 * at::randn({2, 500, 8}, at::detail::createCPUGenerator(1), at::kFloat);
        at::Generator one = at::detail::createCPUGenerator(7), other = at::detail::createCPUGenerator(7);
        const at::Tensor chances = sampler.probabilities(logits);
        const at::Tensor exponential = at::empty(chances.sizes()).exponential_(1, one);
        QVERIFY(at::equal(Sampler::drawn(chances, exponential), sampler.draw(logits, other).flatten()));
    }
    void sameSeedSameBits() {
        const at::Tensor logits = at::zeros({2, 50, 8});
        const auto drawn = [&](std::uint64_t seed) {
            at::Generator generator = at::detail::createCPUGenerator(seed);
            return Sampler{}.draw(logits, generator);
        };
        QVERIFY(at::equal(drawn(1), drawn(1)));
        QVERIFY(!at::equal(drawn(1), drawn(2)));
        QCOMPARE(drawn(1).sizes(), at::IntArrayRef({2, 50, 4}));
    }
};

QTEST_APPLESS_MAIN(TestSampler)
#include "tst_sampler.moc"
