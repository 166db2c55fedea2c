#include "engine/model/attention.h"
#include "engine/model/attention_blocks.h"
#include "tests/fixtures.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

using namespace scalekv;

class TestAttention : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;

    struct Case {
        at::Tensor queries;
        std::vector<KeyValues> stretches;
    };

    static at::Tensor random(at::IntArrayRef shape, std::int64_t seed) {
        return at::randn(shape, at::detail::createCPUGenerator(std::uint64_t(seed)), at::kFloat);
    }

    /// Queries and keys as strided views, as the transformer hands them over.
    static Case makeCase(int sequences, int heads, int length, int dim, const std::vector<int>& keyCounts) {
        Case made;
        made.queries = random({sequences, length, heads, dim}, 1).transpose(1, 2) * 2.0;
        for (std::size_t i = 0; i < keyCounts.size(); ++i) {
            const auto room = [&](int seed) {
                return random({sequences, heads, keyCounts[i] + 3, dim}, seed).narrow(2, 0, keyCounts[i]);
            };
            made.stretches.push_back({room(10 + int(i)), room(20 + int(i))});
        }
        return made;
    }

    /// The formula itself, in double, with the whole matrix at once.
    static at::Tensor direct(const Case& c, double scale) {
        std::vector<at::Tensor> keys, values;
        for (const KeyValues& stretch : c.stretches) {
            keys.push_back(stretch.keys.to(at::kDouble));
            values.push_back(stretch.values.to(at::kDouble));
        }
        const at::Tensor weights =
            (at::matmul(c.queries.to(at::kDouble), at::cat(keys, 2).transpose(2, 3)) * scale).softmax(-1);
        return at::matmul(weights, at::cat(values, 2)).transpose(1, 2);
    }

    /// Heads that hold different parts of one history, against all of it with what they do not hold hidden.
    struct ByHead {
        at::Tensor queries;
        std::vector<std::vector<KeyValues>> heads; ///< [S, 1, n, D] each
        KeyValues current;
        Attended attended() const { return {.stretches = {&current, 1}, .byHead = heads}; }
    };
    static ByHead byHeadIn(const ByHead& full, at::ScalarType type) {
        const auto in = [type](const KeyValues& kv) {
            return KeyValues{kv.keys.to(type), kv.values.to(type)};
        };
        ByHead other{full.queries.to(type), {}, in(full.current)};
        for (const auto& stretches : full.heads) {
            auto& head = other.heads.emplace_back();
            for (const KeyValues& stretch : stretches)
                head.push_back(in(stretch));
        }
        return other;
    }

private Q_SLOTS:
    void headsReadWhatTheyHold_data() {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("dim");
        QTest::addColumn<QList<int>>("segments");
        QTest::newRow("no history") << 9 << 32 << QList<int>{};
        QTest::newRow("small") << 16 << 32 << QList<int>{21, 36};
        QTest::newRow("more than a block") << 100 << 64 << QList<int>{21, 36, 64, 300};
        QTest::newRow("several tasks a head") << 1030 << 16 << QList<int>{21, 577};
    }
    void headsReadWhatTheyHold() {
        QFETCH(int, length);
        QFETCH(int, dim);
        QFETCH(QList<int>, segments);
        constexpr int kHeads = 5, kSequences = 2;
        std::vector<int> counts(segments.begin(), segments.end());
        counts.push_back(length);
        const Case all = makeCase(kSequences, kHeads, length, dim, counts);
        ByHead made{all.queries, std::vector<std::vector<KeyValues>>(kHeads), all.stretches.back()};
        at::Tensor hidden = at::zeros({kHeads, 1, 0}, at::kDouble);
        for (std::size_t i = 0; i < counts.size(); ++i) {
            at::Tensor mask = at::zeros({kHeads, 1, counts[i]}, at::kDouble);
            for (int h = 0; h < kHeads; ++h) {
                const auto part = [h](const at::Tensor& t) { return t.narrow(1, h, 1); };
                if (i + 1 == counts.size())
                    continue;
                if (i == 0 || (h + int(i)) % 3 != 0) // every head has a part of its own
                    made.heads[std::size_t(h)].push_back(
                        {part(all.stretches[i].keys), part(all.stretches[i].values)});
                else
                    mask[h].fill_(-std::numeric_limits<double>::infinity());
            }
            hidden = at::cat({hidden, mask}, 2);
        }
        const auto masked = [&](at::ScalarType type) {
            std::vector<at::Tensor> keys, values;
            for (const KeyValues& stretch : all.stretches) {
                keys.push_back(stretch.keys.to(type).to(at::kDouble));
                values.push_back(stretch.values.to(type).to(at::kDouble));
            }
            const at::Tensor queries = all.queries.to(type).to(at::kDouble);
            const at::Tensor weights =
                (at::matmul(queries, at::cat(keys, 2).transpose(2, 3)) * 0.3 + hidden).softmax(-1);
            return at::matmul(weights, at::cat(values, 2)).transpose(1, 2);
        };
        const at::Tensor expected = masked(at::kFloat);
        VERIFY_BELOW(test::relativeError(attentionByHead(made.queries, made.attended(), 0.3), expected),
                     1e-5);
        VERIFY_BELOW(
            test::relativeError(attentionByHeadPortable(made.queries, made.attended(), 0.3), expected), 1e-5);
        const ByHead half = byHeadIn(made, at::kBFloat16); // what is left is rounding of weights and result
        for (const auto form : {attentionByHead, attentionByHeadPortable})
            VERIFY_BELOW(test::relativeError(form(half.queries, half.attended(), 0.3), masked(at::kBFloat16)),
                         0.01);
        // Where all hold the same in stretches alike it is the other kernel's result, bit for bit.
        Attended same{.stretches = {&made.current, 1}, .byHead = {}};
        std::vector<std::vector<KeyValues>> alike(kHeads);
        std::vector<KeyValues> stretches;
        for (std::size_t i = 0; i + 1 < counts.size(); ++i) {
            stretches.push_back(all.stretches[i]);
            for (int h = 0; h < kHeads; ++h)
                alike[std::size_t(h)].push_back(
                    {all.stretches[i].keys.narrow(1, h, 1), all.stretches[i].values.narrow(1, h, 1)});
        }
        stretches.push_back(made.current);
        same.byHead = alike;
        QVERIFY(at::equal(attentionByHead(made.queries, same, 0.3), attention(made.queries, stretches, 0.3)));
    }

    void agreesWithTheFormula_data() {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("dim");
        QTest::addColumn<QList<int>>("keys");
        QTest::newRow("one token") << 1 << 32 << QList<int>{1};
        QTest::newRow("one short stretch") << 4 << 64 << QList<int>{5};
        QTest::newRow("odd key count") << 36 << 64 << QList<int>{57};
        QTest::newRow("history and current map") << 100 << 128 << QList<int>{257, 100};
        QTest::newRow("empty history") << 9 << 64 << QList<int>{0, 9};
        QTest::newRow("several tasks a head") << 1030 << 32 << QList<int>{513, 1030};
        QTest::newRow("head of 104") << 70 << 104 << QList<int>{300};
        QTest::newRow("head of 224") << 70 << 224 << QList<int>{33, 70};
    }
    void agreesWithTheFormula() {
        QFETCH(int, length);
        QFETCH(int, dim);
        QFETCH(QList<int>, keys);
        const double scale = 1.0 / std::sqrt(double(dim));
        const Case full = makeCase(2, 3, length, dim, {keys.begin(), keys.end()});
        const at::Tensor expected = direct(full, scale);
        at::Tensor out = at::empty(expected.sizes(), at::kFloat);
        attention(full.queries, full.stretches, scale, out);
        VERIFY_BELOW(test::relativeError(out, expected), 1e-5);
        VERIFY_BELOW(test::relativeError(attention(full.queries, full.stretches, scale), expected), 1e-5);
        VERIFY_BELOW(test::relativeError(attentionPortable(full.queries, full.stretches, scale), expected),
                     1e-5);

        Case half;
        half.queries = full.queries.to(at::kBFloat16);
        for (const KeyValues& stretch : full.stretches)
            half.stretches.push_back({stretch.keys.to(at::kBFloat16), stretch.values.to(at::kBFloat16)});
        at::Tensor halfOut = at::empty(expected.sizes(), at::kBFloat16);
        attention(half.queries, half.stretches, scale, halfOut);
        // Against the formula on the rounded inputs: what is left is rounding of weights and result to 8
        // bits.
        VERIFY_BELOW(test::relativeError(halfOut, direct(half, scale)), 0.01);
        VERIFY_BELOW(
            test::relativeError(attentionPortable(half.queries, half.stretches, scale), direct(half, scale)),
            0.01);
    }

    // Texts of a batch are filled up to the longest: what was filled in is not read.
    void aMaskHidesWhatWasFilledIn() {
        const Case c = makeCase(2, 3, 20, 32, {9});
        at::Tensor mask = at::zeros({2, 1, 1, 9});
        mask[1].narrow(2, 5, 4).fill_(-std::numeric_limits<double>::infinity());
        const at::Tensor out = attentionPortable(c.queries, c.stretches, 0.3, mask);
        const KeyValues first{c.stretches[0].keys.narrow(2, 0, 5), c.stretches[0].values.narrow(2, 0, 5)};
        VERIFY_BELOW(test::relativeError(out[0], attention(c.queries, c.stretches, 0.3)[0]), 1e-5);
        VERIFY_BELOW(test::relativeError(out[1], attention(c.queries, {&first, 1}, 0.3)[1]), 1e-5);
    }

    /// Scores up to ±100 (the largest head scale): the running softmax must not overflow or lose the largest.
    void survivesLargeScores() {
        Case c = makeCase(1, 1, 8, 64, {600});
        c.queries = c.queries / c.queries.norm(2, -1, true) * 100.0;
        c.stretches[0].keys = c.stretches[0].keys / c.stretches[0].keys.norm(2, -1, true);
        const at::Tensor expected = direct(c, 1.0);
        at::Tensor out = at::empty(expected.sizes(), at::kFloat);
        attention(c.queries, c.stretches, 1.0, out);
        VERIFY_BELOW(test::relativeError(out, expected), 1e-4);
    }

    /// Processors without bf16 arithmetic take this way.
    void widenedBlocksAgreeWithFloatBlocks() {
        constexpr std::int64_t kDim = 64, kRows = 7, kKeys = 33;
        const at::Tensor q = random({kRows, kDim}, 1).to(at::kBFloat16);
        const at::Tensor k = random({kKeys, kDim}, 2).to(at::kBFloat16);
        const at::Tensor v = random({kKeys, kDim}, 3).to(at::kBFloat16);
        WidenedBFloat16Blocks blocks(kDim, kRows, kKeys);
        blocks.pack(k.const_data_ptr<at::BFloat16>(), kDim, v.const_data_ptr<at::BFloat16>(), kDim, kKeys);
        const float* scores = blocks.scores(q.const_data_ptr<at::BFloat16>(), kDim, kRows, 0.5F);
        const at::Tensor expected = at::matmul(q.to(at::kFloat), k.to(at::kFloat).t()) * 0.5;
        const at::Tensor got = at::empty_like(expected);
        for (std::int64_t i = 0; i < kRows; ++i)
            std::copy_n(scores + i * blocks.stride(), kKeys, got.mutable_data_ptr<float>() + i * kKeys);
        VERIFY_BELOW(test::relativeError(got, expected), 1e-5);

        for (std::int64_t i = 0; i < kRows; ++i)
            std::fill_n(blocks.weights(i), kKeys, float(i + 1));
        at::Tensor sums = at::ones({kRows, kDim}, at::kFloat);
        blocks.addWeightedValues(kRows, sums.mutable_data_ptr<float>());
        const at::Tensor weights = at::arange(1, kRows + 1).to(at::kFloat).unsqueeze(1);
        VERIFY_BELOW(test::relativeError(sums, 1 + weights * v.to(at::kFloat).sum(0, true)), 1e-5);
    }
};

QTEST_APPLESS_MAIN(TestAttention)
#include "tst_attention.moc"
