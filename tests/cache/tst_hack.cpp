// HACK at work: how the budget is divided, which entries each kind of head keeps, and what is stored while
// whole generations with random weights run.

#include "engine/analysis/attention_probe.h"
#include "engine/analysis/kept_positions.h"
#include "engine/cache/budgets.h"
#include "engine/cache/one_layer_policy.h"
#include "engine/cache/policies.h"
#include "engine/cache/query_sample.h"
#include "engine/cache/token_scores.h"
#include "engine/pipeline/next_scale.h"
#include "tests/cache/guided_settings.h"
#include "tests/cache/made_up.h"
#include "tests/cache/made_up_kinds.h"
#include "tests/cache/tiny_shape.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

#include <numeric>
#include <random>

using namespace scalekv;
using test::noise;

namespace {

constexpr std::int64_t kLayers = 4, kHeads = 4;
constexpr std::int64_t kEntry = 2 * 8 * 4; // key and value of a head of 8 in fp32
const ScaleSchedule kSmall{{1, 1}, {2, 2}, {4, 4}, {4, 4}};

/// One layer, a contextual and a structural head, of which the last scale gives 0.9 and 0.6 to those before.
HeadKinds twoHeads() {
    HeadKinds kinds;
    kinds.contextual = {{true, false}};
    kinds.attention = {{},
                       {{0.5F, 0.5F}, {0.5F, 0.5F}},
                       {{0.1F, 0.1F}, {0.5F, 0.4F}, {0.4F, 0.5F}},
                       {{0.1F, 0.2F}, {0.5F, 0.1F}, {0.3F, 0.3F}, {0.1F, 0.4F}}};
    return kinds;
}

struct Setting {
    std::string size = "0.06M";
    double ratio = 1.0;
    std::int64_t budget = 60;
    int guidedLayer = 0; ///< 0: guidance on the logits
    std::int64_t prompts = 1;
};

NextScaleSettings settingsOf(const Setting& setting) {
    return test::guidedSettings(setting.size, setting.ratio, setting.guidedLayer);
}

std::vector<std::int64_t> sequencesOf(const NextScaleSettings& settings, std::int64_t prompts) {
    return test::sequencesOf(settings, kLayers, prompts);
}

/// Every token's keys and values of a layer as they were made, and what each head is to find next.
struct Made {
    std::vector<at::Tensor> keys, values;                           ///< [S, H, L, D], a scale
    std::vector<at::Tensor> next = std::vector<at::Tensor>(kHeads); ///< positions [S, 1, n]
};

at::Tensor pick(const at::Tensor& all, std::int64_t head, const at::Tensor& positions) {
    return all.narrow(1, head, 1)
        .gather(2, positions.unsqueeze(-1).expand({positions.size(0), 1, positions.size(2), all.size(3)}));
}

} // namespace

class TestHack : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;
    const Transformer transformer_ =
        Transformer::random(test::tinyShape(kLayers, kHeads), at::kFloat, at::kCPU);

    /// Of one head of a layer at a scale, by their definition: the positions of what it is to keep.
    static at::Tensor chosen(const LayerState& one, const ScaleSchedule& schedule, const HeadKinds& kinds,
                             const at::Tensor& positions, const at::Tensor& values, std::int64_t keep) {
        at::Tensor scores;
        if (kinds.contextual[std::size_t(one.layer)][std::size_t(one.head)]) {
            const std::vector<std::int64_t> sample = sampleQueries(one.map, 32);
            const at::Tensor queries = one.queries.index_select(2, at::tensor(sample, at::kLong));
            scores = maxPool(windowScores(queries, one, 1.0, true), 5);
        } else {
            std::vector<float> share; // of each token up to this scale
            for (std::int64_t source = 0; source <= one.scale; ++source) {
                const auto tokens = schedule[std::size_t(source)].tokens();
                share.insert(share.end(), std::size_t(tokens),
                             float(kinds.attended(one.scale, source, one.layer, one.head) / double(tokens)));
            }
            const at::Tensor lengths = values.norm(2, -1);
            scores = lengths * at::tensor(share).index_select(0, positions.flatten()).view(positions.sizes());
        }
        return positions.gather(2, std::get<0>(std::get<1>(scores.topk(keep, -1)).sort(-1)));
    }

private Q_SLOTS:
    void budgetsByHand() {
        const std::vector<std::int64_t> one{1};
        const KindPlan plan = kindPlan({kSmall, one, 10, 1}, twoHeads());
        QCOMPARE(plan.kept(0, 0, 0), 1);
        QCOMPARE(plan.kept(1, 0, 1), 5);  // while there is room everything stays
        QCOMPARE(plan.kept(2, 0, 0), 12); // 0.9 : 0.6 of two times 10
        QCOMPARE(plan.kept(2, 0, 1), 8);
        // The contextual head would have 21.6 and has 21; the rest is the other's.
        const KindPlan rich = kindPlan({kSmall, one, 18, 1}, twoHeads());
        QCOMPARE(rich.kept(2, 0, 0), 21);
        QCOMPARE(rich.kept(2, 0, 1), 15);
        // What is evicted early: of 4 · 2 by what scales 2 and 3 give to all up to scale 1, 0.6 and 0.4.
        const KindPlan poor = kindPlan({kSmall, one, 4, 1}, twoHeads());
        QCOMPARE(poor.kept(1, 0, 0), 5); // (0.6 + 0.6)/2 : (0.5 + 0.3)/2 of 8 is 4.8 : 3.2
        QCOMPARE(poor.kept(1, 0, 1), 3);
    }

    // Over random models, shapes and budgets: never above the budget, next to nothing below it, nobody more
    // than it has, and in the proportion of reliance where nothing else binds.
    void budgetsKeepToTheirRules() {
        std::mt19937 random(3);
        const std::array<double, 4> ratios{1.0, 0.666, 3.0, 1.25};
        for (int round = 0; round < 60; ++round) {
            const auto layers = std::int64_t(2 + random() % 5), heads = std::int64_t(2 + random() % 4);
            const ScaleSchedule schedule =
                scaleSchedule(round % 3 == 0 ? "1M" : "0.25M", ratios[random() % ratios.size()]);
            const HeadKinds kinds =
                test::headKinds(layers, heads, std::uint32_t(random()), 2 + random() % 12);
            std::vector<std::int64_t> sequences;
            for (std::int64_t l = 0; l < layers; ++l)
                sequences.push_back(l < layers / 2 ? 2 : 1 + round % 2);
            const auto budget = std::int64_t(1 + random() % std::uint32_t(cachedTokens(schedule)));
            const CachePlan plan =
                CachePlan::ofKinds(schedule, kindPlan({schedule, sequences, budget, 1}, kinds));
            const std::int64_t weights =
                heads * std::accumulate(sequences.begin(), sequences.end(), std::int64_t(0));
            std::int64_t seen = 0;
            for (std::int64_t k = 0; k + 1 < plan.scales(); ++k) {
                const std::int64_t tokens = schedule[std::size_t(k)].tokens();
                seen += tokens;
                std::int64_t sum = 0;
                for (std::int64_t l = 0; l < layers; ++l) {
                    for (std::int64_t h = 0; h < heads; ++h) {
                        QVERIFY(plan.kept(k, l, h) >= 1);
                        QVERIFY(plan.kept(k, l, h) <= plan.found(k, l, h) + tokens);
                        QCOMPARE(plan.found(k + 1, l, h), plan.kept(k, l, h));
                        sum += sequences[std::size_t(l)] * plan.kept(k, l, h);
                    }
                }
                const std::int64_t wanted = weights * std::min(budget, seen);
                QVERIFY(sum <= wanted && sum > wanted - 2 * heads);
                QCOMPARE(plan.bytes(k, sequences, heads, 7), sum * 7);
                QVERIFY(plan.peakBytes(sequences, heads, 7) >= sum * 7);
            }
            QCOMPARE(plan.bytes(plan.scales() - 1, sequences, heads, 7),
                     plan.bytes(plan.scales() - 2, sequences, heads, 7));
        }
    }

    void whoIsReliedOnTwiceAsMuchHoldsTwiceAsMuch() {
        HeadKinds kinds;
        kinds.contextual = {{true, false}, {false, false}};
        const auto all = [](float current) {
            return std::vector{1 - current, 1 - current / 2, 1 - current, 1 - current};
        };
        kinds.attention = {{}, {{}, {}}};
        kinds.attention[1] = {all(0.6F), {0.6F, 0.3F, 0.6F, 0.6F}}; // head 1 of layer 0: 0.7, the others 0.4
        const ScaleSchedule schedule = scaleSchedule("1M", 1.0);
        const std::vector<std::int64_t> sequences(2, 2);
        const KindPlan plan = kindPlan({schedule, sequences, 400, 1}, kinds);
        const auto last = std::int64_t(schedule.size()) - 2;
        // Four heads of 400: 0.4 + 0.7 + 0.4 + 0.4 = 1.9 share 1600.
        QVERIFY(std::abs(double(plan.kept(last, 0, 1)) - 1600 * 0.7 / 1.9) <= 1);
        QVERIFY(std::abs(double(plan.kept(last, 0, 0)) - 1600 * 0.4 / 1.9) <= 1);
        QVERIFY(std::abs(double(plan.kept(last, 1, 0)) - 1600 * 0.4 / 1.9) <= 1);
        QCOMPARE(plan.kept(last, 1, 1), plan.kept(last, 1, 0)); // of one kind
    }

    void whatIsKeptByHand() {
        const std::vector<std::int64_t> one{1};
        const Hack policy({kSmall, one, 10, 1}, twoHeads());
        LayerState state;
        state.scale = 2;
        state.map = kSmall[2];
        state.queries = at::zeros({1, 1, 16, 8});
        state.queries.select(3, 0).fill_(4);
        state.history = {at::zeros({1, 1, 5, 8}), at::zeros({1, 1, 5, 8})};
        state.current = {at::zeros({1, 1, 16, 8}), at::zeros({1, 1, 16, 8})};
        // Contextual: entry 12 is looked at, and with it its neighbours on both sides; then entry 2.
        state.current.keys[0][0][7][0] = 2;
        state.history.keys[0][0][2][0] = 1;
        state.head = 0;
        QCOMPARE(policy.window(state.map).size(), std::size_t(16));
        QVERIFY(at::equal(policy.select(state, 5).flatten(), at::arange(10, 15, at::kLong)));
        QVERIFY(at::equal(policy.select(state, 10).flatten(),
                          at::cat({at::arange(0, 5, at::kLong), at::arange(10, 15, at::kLong)})));
        // Structural: by its scale and by the length of its value, whatever is looked at.
        state.head = 1;
        state.history.values.select(3, 1).copy_(at::tensor({1.0F, 1.0F, 2.0F, -3.0F, 4.0F}).view({1, 1, 5}));
        state.current.values.select(3, 5).fill_(1);
        state.current.values[0][0][9][5] = -40;
        state.sources =
            at::cat({at::tensor({0L, 1L, 1L, 1L, 1L}), at::full({16}, 2, at::kLong)}).view({1, 1, 21});
        state.expected = policy.expected()[2][0][1].narrow(0, 0, 3);
        // A token of scale 0, 1 and 2 can expect 0.1, 0.4/4 and 0.5/16: entry 14 has 1.25, 4 has 0.4, 3 has
        // 0.3, 2 has 0.2, 0 and 1 have 0.1, all others 0.03.
        QVERIFY(at::allclose(state.expected, at::tensor({0.1F, 0.1F, 0.5F / 16})));
        QVERIFY(at::equal(policy.select(state, 1).flatten(), at::tensor({14L})));
        QVERIFY(at::equal(policy.select(state, 4).flatten(), at::tensor({2L, 3L, 4L, 14L})));
        QVERIFY(at::equal(policy.select(state, 6).flatten(), at::tensor({0L, 1L, 2L, 3L, 4L, 14L})));
    }

    // Every head reads what it was to keep, as it was made; and what is stored is what the plan says, after
    // every layer of every scale.
    void storageKeepsToThePlan() {
        std::mt19937 random(11);
        const std::array<double, 4> ratios{1.0, 0.666, 3.0, 1.25};
        for (int round = 0; round < 8; ++round) {
            Setting setting;
            setting.size = round % 4 == 3 ? "0.25M" : "0.06M";
            setting.ratio = ratios[std::size_t(round) % ratios.size()];
            setting.guidedLayer = round % 3 == 2 ? 2 : 0;
            setting.prompts = 1 + round % 2;
            NextScaleSettings settings = settingsOf(setting);
            const ScaleSchedule& schedule = settings.schedule;
            setting.budget = 3 + std::int64_t(random() % std::uint32_t(cachedTokens(schedule) * 9 / 10));
            const HeadKinds kinds =
                test::headKinds(kLayers, kHeads, std::uint32_t(random()), round % 2 == 0 ? 4 : 10);
            const std::vector<std::int64_t> single = sequencesOf(settings, 1),
                                            sequences = sequencesOf(settings, setting.prompts);
            const auto policy =
                std::make_shared<Hack>(BudgetTerms{schedule, single, setting.budget, 1}, kinds);
            settings.policy = policy;
            const CachePlan& plan = policy->plan();
            QVERIFY(plan.headsDiffer());

            std::vector<Made> made(kLayers);
            bool differed = false;
            settings.tap = [&](const LayerState& state) {
                Made& layer = made[std::size_t(state.layer)];
                const std::int64_t first = totalTokens(std::span(schedule).first(std::size_t(state.scale))),
                                   tokens = state.map.tokens();
                layer.keys.push_back(state.current.keys.clone());
                layer.values.push_back(state.current.values.clone());
                const at::Tensor keys = at::cat(layer.keys, 2), values = at::cat(layer.values, 2);
                QCOMPARE(std::int64_t(state.byHead.size()), kHeads);
                for (std::int64_t h = 0; h < kHeads; ++h) {
                    const LayerState one = state.ofHead(h);
                    QCOMPARE(one.history.tokens(), plan.found(state.scale, state.layer, h));
                    const at::Tensor positions = one.positions.to(at::kLong);
                    at::Tensor& next = layer.next[std::size_t(h)];
                    if (one.history.tokens() > 0) {
                        QVERIFY(at::equal(positions, next));
                        QVERIFY(at::equal(pick(keys, h, positions), one.history.keys));
                        QVERIFY(at::equal(pick(values, h, positions), one.history.values));
                    }
                    const at::Tensor all = at::cat(
                        {positions,
                         at::arange(first, first + tokens, at::kLong).expand({positions.size(0), 1, tokens})},
                        2);
                    const std::int64_t keep = plan.kept(state.scale, state.layer, h);
                    const bool last = state.scale + 1 == std::int64_t(schedule.size());
                    next = last || keep == all.size(2)
                               ? all
                               : chosen(one, schedule, kinds, all, pick(values, h, all), keep);
                    differed = differed || plan.found(state.scale, state.layer, h) !=
                                               plan.found(state.scale, state.layer, 0);
                }
                const KeptTokens kept = keptTokens(state, schedule);
                for (std::int64_t h = 0; h < kHeads; ++h)
                    QCOMPARE(kept.count(h), plan.found(state.scale, state.layer, h));
            };
            NextScale run(transformer_, settings, test::texts(setting.prompts, 0));
            const std::int64_t limit = setting.budget * kHeads * kEntry *
                                       std::accumulate(sequences.begin(), sequences.end(), std::int64_t(0));
            std::int64_t peak = 0;
            while (run.scale() + 1 < std::int64_t(schedule.size())) {
                const std::int64_t k = run.scale();
                const at::Tensor logits = run.predict({}, [&](std::int64_t layer) {
                    std::int64_t entries = 0;
                    for (std::int64_t h = 0; h < kHeads; ++h)
                        entries += plan.kept(k, layer, h);
                    QCOMPARE(run.kvBytes(layer), sequences[std::size_t(layer)] * entries * kEntry);
                    peak = std::max(peak, run.kvBytes());
                });
                QCOMPARE(run.kvBytes(), plan.bytes(k, sequences, kHeads, kEntry));
                QVERIFY(run.kvBytes() <= limit);
                run.feed(run.draw(run.finalLogits(logits)));
            }
            const at::Tensor logits = run.predict();
            QCOMPARE(run.kvBytes(), plan.bytes(std::int64_t(schedule.size()) - 1, sequences, kHeads, kEntry));
            run.feed(run.draw(run.finalLogits(logits)));
            QVERIFY(run.finished() && differed);
            QCOMPARE(run.peakKvBytes(), peak);
            QCOMPARE(run.peakKvBytes(), plan.peakBytes(sequences, kHeads, kEntry));
            QCOMPARE(run.kvBytes(), std::int64_t(0)); // given back for the decoder
            QCOMPARE(run.scratchBytes(), 2 * 2 * setting.prompts * plan.largestScratch() * 32 * 4);
        }
    }

    // Until something is dropped every scale predicts what it does with the full cache; attention in other
    // stretches rounds otherwise, and no more.
    void beforeAnythingGoesItIsTheFullCache() {
        const Setting setting{.size = "0.25M", .budget = 500}; // of 921: nothing goes before the eighth
        NextScaleSettings settings = settingsOf(setting);
        NextScale full(transformer_, settings, test::texts(1, 0));
        const std::vector<std::int64_t> sequences = sequencesOf(settings, 1);
        settings.policy = std::make_shared<Hack>(BudgetTerms{settings.schedule, sequences, setting.budget, 1},
                                                 test::headKinds(kLayers, kHeads));
        NextScale run(transformer_, settings, test::texts(1, 0));
        int alike = 0;
        while (!run.finished()) {
            const at::Tensor expected = full.predict(), logits = run.predict();
            const double error = (logits - expected).abs().max().item<double>();
            const bool whole =
                totalTokens(std::span(settings.schedule).first(std::size_t(run.scale()))) <= setting.budget;
            alike += whole ? 1 : 0;
            QVERIFY2(whole == (error < 1e-4), qPrintable(QString::number(error)));
            const at::Tensor bits = full.draw(full.finalLogits(expected));
            full.feed(bits);
            run.feed(bits);
        }
        QVERIFY(alike >= 6 && alike < int(settings.schedule.size()));
    }

    void nothingToDropIsThePlanOfTheFullCache() {
        const ScaleSchedule schedule = scaleSchedule("0.06M", 1.0);
        const std::vector<std::int64_t> sequences(kLayers, 2);
        const HeadKinds kinds = test::headKinds(kLayers, kHeads);
        const Hack all({schedule, sequences, cachedTokens(schedule), 1}, kinds);
        QVERIFY(!all.plan().headsDiffer());
        QVERIFY(!all.plan().evictsAnywhere());
        const auto some = std::make_shared<Hack>(BudgetTerms{schedule, sequences, 50, 1}, kinds);
        QVERIFY(some->plan().evictsAnywhere());
        QVERIFY_EXCEPTION_THROWN(some->plan().entries(1, 1), std::logic_error);
    }

    // Alone among layers that keep everything it holds what it does among all, and chooses as it does.
    void oneLayerByItself() {
        NextScaleSettings settings = settingsOf({});
        const std::vector<std::int64_t> sequences = sequencesOf(settings, 1);
        const auto whole = std::make_shared<Hack>(BudgetTerms{settings.schedule, sequences, 60, 1},
                                                  test::headKinds(kLayers, kHeads));
        const auto one = std::make_shared<OneLayerPolicy>(whole, 2);
        for (std::int64_t k = 0; k + 1 < one->plan().scales(); ++k)
            for (std::int64_t l = 0; l < kLayers; ++l)
                for (std::int64_t h = 0; h < kHeads; ++h)
                    QCOMPARE(one->plan().kept(k, l, h),
                             l == 2 ? whole->plan().kept(k, l, h)
                                    : totalTokens(std::span(settings.schedule).first(std::size_t(k) + 1)));
        settings.policy = one;
        NextScale run(transformer_, settings, test::texts(1, 0));
        while (!run.finished()) {
            const at::Tensor logits = run.predict();
            QCOMPARE(run.kvBytes(), one->plan().bytes(run.scale(), sequences, kHeads, kEntry));
            run.feed(run.draw(run.finalLogits(logits)));
        }
        QCOMPARE(run.peakKvBytes(), one->plan().peakBytes(sequences, kHeads, kEntry));
    }
};

QTEST_APPLESS_MAIN(TestHack)
#include "tst_hack.moc"
