#include "engine/analysis/attention_probe.h"
#include "engine/cache/query_sample.h"
#include "engine/model/simd_rows.h"
#include "scalekv/error.h"
#include "tests/fixtures.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

#include <algorithm>
#include <set>

using namespace scalekv;

namespace {

at::Tensor random(at::IntArrayRef shape, std::uint64_t seed) {
    return at::randn(shape, at::detail::createCPUGenerator(seed), at::kFloat);
}

/// As the transformer makes them: unit keys, and queries as long as the head's learned scale.
at::Tensor unit(const at::Tensor& x) {
    return x / x.norm(2, -1, true);
}

std::int64_t tokensBefore(const ScaleSchedule& schedule, std::int64_t scale) {
    return totalTokens(std::span(schedule).first(std::size_t(scale)));
}

struct Case {
    ScaleSchedule schedule;
    LayerState state;

    /// [S, H, L, N] in double: the formula itself, over the tokens of all scales; evicted ones have weight 0.
    at::Tensor weights() const {
        const at::Tensor keys = at::cat({state.history.keys, state.current.keys}, 2).to(at::kDouble);
        const at::Tensor a = at::matmul(state.queries.to(at::kDouble), keys.transpose(2, 3)).softmax(-1);
        if (!state.positions.defined())
            return a;
        const std::int64_t entries = state.history.tokens();
        const std::int64_t first = tokensBefore(schedule, state.scale);
        at::Tensor all = at::zeros({a.size(0), a.size(1), a.size(2), first + a.size(2)}, at::kDouble);
        const at::Tensor index =
            state.positions.to(at::kLong).unsqueeze(2).expand({a.size(0), a.size(1), a.size(2), entries});
        all.scatter_(3, index, a.narrow(3, 0, entries));
        all.narrow(3, first, a.size(2)).copy_(a.narrow(3, entries, a.size(2)));
        return all;
    }
    LayerAttention probe(const AttentionProbeOptions& options) const {
        return probeAttention(state, schedule, options);
    }
    /// As a device measures, of a scale's layers together; this one is the second of them.
    LayerAttention probePortable(const AttentionProbeOptions& options) const {
        AttentionProbePortable probe(schedule, options, at::kCPU);
        LayerState first = state;
        first.layer = 0;
        first.current.keys = first.current.keys.flip(2);
        probe.look(first);
        probe.look(state);
        return probe.take().at(1);
    }
};

struct Shape {
    ScaleSchedule schedule;
    std::int64_t scale = 0;
    std::int64_t sequences = 2;
    std::int64_t heads = 3;
    std::int64_t dim = 32;
    std::int64_t retained = -1; ///< −1: everything
    double gain = 6;
    at::ScalarType type = at::kFloat;
};

Case makeCase(const Shape& shape) {
    Case made;
    made.schedule = shape.schedule;
    made.state.layer = 1;
    made.state.scale = shape.scale;
    made.state.map = shape.schedule[std::size_t(shape.scale)];
    const std::int64_t length = made.state.map.tokens();
    const std::int64_t before = tokensBefore(shape.schedule, shape.scale);
    const std::int64_t entries = shape.retained < 0 ? before : shape.retained;
    // Strided views, as cache and transformer hand them over.
    const auto keys = [&](std::int64_t count, std::uint64_t seed) {
        return unit(random({shape.sequences, shape.heads, count + 3, shape.dim}, seed))
            .to(shape.type)
            .narrow(2, 0, count);
    };
    made.state.queries = (unit(random({shape.sequences, length, shape.heads, shape.dim}, 1)) * shape.gain)
                             .to(shape.type)
                             .transpose(1, 2);
    made.state.history.keys = keys(entries, 2);
    made.state.current.keys = keys(length, 3);
    if (shape.retained >= 0)
        made.state.positions = std::get<0>(random({shape.sequences, shape.heads, before}, 4)
                                               .argsort(std::int64_t(-1), false)
                                               .narrow(2, 0, shape.retained)
                                               .sort(-1))
                                   .to(at::kInt);
    return made;
}

/// The largest difference of two numbers; infinite where one is missing.
double difference(double a, double b) {
    return std::isfinite(a) && std::isfinite(b) ? std::abs(a - b) : std::numeric_limits<double>::infinity();
}

} // namespace

Q_DECLARE_METATYPE(Shape)

class TestAttentionProbe : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;

private Q_SLOTS:
    void agreesWithTheWholeMatrix_data() {
        QTest::addColumn<Shape>("shape");
        const ScaleSchedule square{{1, 1}, {2, 2}, {4, 4}, {6, 6}, {8, 8}};
        const ScaleSchedule tall{{1, 1}, {3, 1}, {5, 4}, {20, 16}, {25, 20}};
        QTest::newRow("first scale") << Shape{.schedule = square, .scale = 0};
        QTest::newRow("second scale") << Shape{.schedule = square, .scale = 1};
        QTest::newRow("one sequence") << Shape{.schedule = square, .scale = 3, .sequences = 1};
        QTest::newRow("several sequences") << Shape{.schedule = square, .scale = 4, .sequences = 4};
        QTest::newRow("several blocks of keys") << Shape{.schedule = tall, .scale = 4, .heads = 2, .dim = 64};
        QTest::newRow("head of 104") << Shape{.schedule = square, .scale = 4, .dim = 104};
        QTest::newRow("sharp attention") << Shape{.schedule = square, .scale = 4, .gain = 100};
        QTest::newRow("evicted") << Shape{.schedule = square, .scale = 4, .retained = 11};
        QTest::newRow("evicted, several blocks")
            << Shape{.schedule = tall, .scale = 4, .retained = 123, .gain = 12};
        QTest::newRow("everything evicted") << Shape{.schedule = square, .scale = 3, .retained = 0};
        QTest::newRow("bf16") << Shape{.schedule = tall, .scale = 4, .dim = 64, .type = at::kBFloat16};
        QTest::newRow("bf16, evicted") << Shape{
            .schedule = square, .scale = 4, .dim = 128, .retained = 20, .gain = 20, .type = at::kBFloat16};
    }
    void agreesWithTheWholeMatrix() {
        QFETCH(Shape, shape);
        const Case c = makeCase(shape);
        const at::Tensor a = c.weights();
        const std::int64_t first = tokensBefore(c.schedule, shape.scale);
        const std::int64_t entries = c.state.history.tokens();
        const at::Tensor history = a.narrow(3, 0, first), current = a.narrow(3, first, a.size(2));
        const std::int64_t top = (entries * 3 + 9) / 10;                    // 30 % of the history, rounded up
        const at::Tensor best = std::get<0>(history.topk(top, -1)).sum(-1); // [S, H, L]
        const at::Tensor entropy = -(a * (a + 1e-300).log()).sum(-1);

        const AttentionProbeOptions options{.topShare = 0.3, .queries = 0, .mass = true, .entropy = true};
        const auto agrees = [&](const HeadAttention& got, const at::Tensor& weights, const at::Tensor& bestOf,
                                const at::Tensor& entropyOf) {
            const double now = weights.narrow(-1, first, a.size(2)).sum(-1).mean().item<double>();
            VERIFY_BELOW(difference(got.current, now), 1e-5);
            if (entries > 0) {
                VERIFY_BELOW(difference(got.top, bestOf.mean().item<double>()), 1e-5);
                VERIFY_BELOW(difference(got.asi(), now * bestOf.mean().item<double>()), 1e-5);
            } else {
                QVERIFY(std::isnan(got.asi()));
            }
            VERIFY_BELOW(difference(got.entropy, entropyOf.mean().item<double>()), 1e-5);
            QCOMPARE(got.mass.size(), std::size_t(shape.scale) + 1);
            double sum = 0;
            for (std::int64_t k = 0; k <= shape.scale; ++k) {
                const double expected =
                    weights.narrow(-1, tokensBefore(c.schedule, k), c.schedule[std::size_t(k)].tokens())
                        .sum(-1)
                        .mean()
                        .item<double>();
                VERIFY_BELOW(difference(got.mass[std::size_t(k)], expected), 1e-5);
                sum += got.mass[std::size_t(k)];
            }
            VERIFY_BELOW(difference(sum, 1.0), 1e-6); // as exact as sums in fp32 are
        };
        for (const LayerAttention& result : {c.probe(options), c.probePortable(options)}) {
            QCOMPARE(result.layer, std::int64_t(1));
            QCOMPARE(result.scale, shape.scale);
            QCOMPARE(result.history, entries);
            QCOMPARE(result.top, top);
            QCOMPARE(result.queries, a.size(2));
            QCOMPARE(result.heads.size(), std::size_t(shape.heads));
            for (std::int64_t h = 0; h < shape.heads; ++h)
                agrees(result.heads[std::size_t(h)], a.select(1, h), best.select(1, h), entropy.select(1, h));
            agrees(result.mean, a, best, entropy);
        }
    }

    /// The conditional half's alone, where that is what is wanted; all else is of both halves.
    void massOfTheFirstSequences() {
        Case c = makeCase({.schedule = {{1, 1}, {2, 2}, {4, 4}}, .scale = 2});
        Case alone = c;
        for (at::Tensor* each : {&alone.state.queries, &alone.state.history.keys, &alone.state.current.keys})
            *each = each->narrow(0, 0, 1);
        alone.state.positions = at::Tensor();
        AttentionProbeOptions options{.queries = 0, .mass = true};
        const LayerAttention first = alone.probe(options), both = c.probe(options);
        options.massSequences = 1;
        for (const LayerAttention& result : {c.probe(options), c.probePortable(options)}) {
            for (std::size_t h = 0; h < result.heads.size(); ++h) {
                for (std::size_t k = 0; k < 3; ++k)
                    VERIFY_BELOW(difference(result.heads[h].mass[k], first.heads[h].mass[k]), 1e-5);
                VERIFY_BELOW(difference(result.heads[h].current, both.heads[h].current), 1e-5);
            }
            for (std::size_t k = 0; k < 3; ++k)
                VERIFY_BELOW(difference(result.mean.mass[k], first.mean.mass[k]), 1e-5);
        }
        QVERIFY(difference(both.mean.mass[0], first.mean.mass[0]) > 1e-3);
    }

    /// What is not asked for is not there, rather than zero.
    void whatIsNotAskedForIsMissing() {
        const Case c = makeCase({.schedule = {{1, 1}, {2, 2}, {4, 4}}, .scale = 2});
        const LayerAttention result = c.probe({});
        QVERIFY(result.mean.mass.empty());
        QVERIFY(std::isnan(result.mean.entropy));
        QVERIFY(result.heads[0].asi() > 0);
        QCOMPARE(result.top, std::int64_t(1)); // a tenth of 5, rounded up
    }

    void onePositionsRowServesAllHeads() {
        Case c = makeCase({.schedule = {{1, 1}, {2, 2}, {4, 4}}, .scale = 2, .retained = 3});
        c.state.positions = c.state.positions.slice(0, 0, 1).slice(1, 0, 1).contiguous();
        const LayerAttention one = c.probe({.queries = 0, .mass = true});
        c.state.positions = c.state.positions.expand({2, 3, 3}).contiguous();
        const LayerAttention each = c.probe({.queries = 0, .mass = true});
        QCOMPARE(one.mean.mass, each.mean.mass);
    }

    void aSampleIsSpreadOverTheMap_data() {
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::newRow("square") << 64 << 64;
        QTest::newRow("demo") << 32 << 32;
        QTest::newRow("wide") << 37 << 111;
        QTest::newRow("tall") << 111 << 37;
        QTest::newRow("hardly larger") << 5 << 7;
    }
    void aSampleIsSpreadOverTheMap() {
        QFETCH(int, height);
        QFETCH(int, width);
        const std::vector<std::int64_t> sample = sampleQueries({height, width}, 32);
        QCOMPARE(sample.size(), std::size_t(32));
        QVERIFY(std::is_sorted(sample.begin(), sample.end()));
        QCOMPARE(std::set(sample.begin(), sample.end()).size(), sample.size());
        QVERIFY(sample.front() >= 0 && sample.back() < std::int64_t(height) * width);
        // Every quarter of the rows and of the columns, and every quarter of the map, has its share.
        const auto inside = [&](int top, int bottom, int left, int right) {
            return std::count_if(sample.begin(), sample.end(), [&](std::int64_t token) {
                const auto row = token / width, column = token % width;
                return row >= top && row < bottom && column >= left && column < right;
            });
        };
        for (int quarter = 0; quarter < 4; ++quarter) {
            const int top = quarter * height / 4, bottom = (quarter + 1) * height / 4;
            const int left = quarter * width / 4, right = (quarter + 1) * width / 4;
            QVERIFY(inside(top, bottom, 0, width) >= 4);
            QVERIFY(inside(0, height, left, right) >= 4);
        }
        for (const int y : {0, 1})
            for (const int x : {0, 1})
                QVERIFY(inside(y * height / 2, (y + 1) * height / 2, x * width / 2, (x + 1) * width / 2) >=
                        4);
    }

    void smallMapsAreLookedAtWhole() {
        QCOMPARE(sampleQueries({4, 8}, 32).size(), std::size_t(32));
        QCOMPARE(sampleQueries({4, 4}, 32).size(), std::size_t(16));
        QCOMPARE(sampleQueries({64, 64}, 0).size(), std::size_t(4096));
        QCOMPARE(sampleQueries({64, 64}, 0).back(), std::int64_t(4095));
    }

    void aSampleIsCloseToAllQueries() {
        const Case c = makeCase({.schedule = {{1, 1}, {4, 4}, {16, 16}, {32, 32}}, .scale = 3});
        const LayerAttention exact = c.probe({.queries = 0, .mass = true, .entropy = true});
        const LayerAttention sampled = c.probe({.mass = true, .entropy = true});
        QCOMPARE(sampled.queries, std::int64_t(32));
        QCOMPARE(exact.queries, std::int64_t(1024));
        QVERIFY(sampled.mean.asi() != exact.mean.asi());
        VERIFY_BELOW(difference(sampled.mean.asi() / exact.mean.asi(), 1), 0.02);
        VERIFY_BELOW(difference(sampled.mean.entropy, exact.mean.entropy), 0.02);
        for (std::size_t k = 0; k < exact.mean.mass.size(); ++k)
            VERIFY_BELOW(difference(sampled.mean.mass[k], exact.mean.mass[k]), 0.01);
    }

    void sumOfLargestIsThatOfSorting() {
        for (const std::int64_t n : {1, 5, 64, 1001}) {
            at::Tensor x = random({n}, std::uint64_t(n)).exp();
            x.narrow(0, 0, n / 2).copy_(at::round(x.narrow(0, 0, n / 2))); // equal ones, and zeros
            const at::Tensor sorted = std::get<0>(x.to(at::kDouble).sort(0, true));
            for (const std::int64_t count : {std::int64_t(0), std::int64_t(1), n / 3, n}) {
                const double expected = sorted.narrow(0, 0, count).sum().item<double>();
                const double got = rows::sumOfLargest(x.const_data_ptr<float>(), n, count);
                VERIFY_BELOW(std::abs(got - expected), 1e-6 * expected + 1e-12);
            }
        }
    }

    void badOptionsAreRefused() {
        const Case c = makeCase({.schedule = {{1, 1}, {2, 2}}, .scale = 1});
        for (const double share : {0.0, -0.1, 1.1, std::nan("")})
            QVERIFY_THROWS_EXCEPTION(Error, c.probe({.topShare = share}));
        QVERIFY_THROWS_EXCEPTION(Error, c.probe({.queries = -1}));
    }
};

QTEST_APPLESS_MAIN(TestAttentionProbe)
#include "tst_attention_probe.moc"
