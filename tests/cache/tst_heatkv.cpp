// HeatKV at work: what the segmented storage holds while whole generations with random weights run.

#include "engine/analysis/attention_probe.h"
#include "engine/analysis/kept_positions.h"
#include "engine/cache/one_layer_policy.h"
#include "engine/cache/policies.h"
#include "engine/pipeline/next_scale.h"
#include "tests/cache/guided_settings.h"
#include "tests/cache/made_up.h"
#include "tests/cache/tiny_shape.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

#include <numeric>
#include <random>

using namespace scalekv;

namespace {

constexpr std::int64_t kLayers = 4, kHeads = 4;

HeadOrders randomOrders(std::mt19937& random) {
    HeadOrders orders;
    for (int i = 0; i < 7; ++i) {
        auto& order = orders.bySource.emplace_back();
        for (std::int32_t layer = 0; layer < kLayers; ++layer)
            for (std::int32_t head = 0; head < kHeads; ++head)
                order.push_back({head, layer});
        std::shuffle(order.begin(), order.end(), random);
    }
    return orders;
}

struct Setting {
    std::string size = "0.06M";
    double ratio = 1.0, budget = 60;
    int guidedLayer = 0; ///< 0: guidance on the logits
    std::int64_t prompts = 1;
};

NextScaleSettings settingsOf(const Setting& setting) {
    return test::guidedSettings(setting.size, setting.ratio, setting.guidedLayer);
}

std::vector<std::int64_t> sequencesOf(const NextScaleSettings& settings, std::int64_t prompts) {
    return test::sequencesOf(settings, kLayers, prompts);
}

/// Tokens of the scales before each.
std::vector<std::int64_t> firstTokens(const ScaleSchedule& schedule) {
    std::vector<std::int64_t> first{0};
    for (const MapSize& map : schedule)
        first.push_back(first.back() + map.tokens());
    return first;
}

} // namespace

class TestHeatKv : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;
    const Transformer transformer_ =
        Transformer::random(test::tinyShape(kLayers, kHeads), at::kFloat, at::kCPU);

private Q_SLOTS:
    // Every head reads just the tokens that the schedule leaves it, as they were made; and what is stored
    // never passes the budget, after no layer of no scale, and is what the plan says.
    void storageKeepsToTheSchedule() {
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
            const auto whole = double(totalTokens(std::span(schedule).first(3)));
            setting.budget = whole + (double(cachedTokens(schedule)) - whole) * double(random() % 900) / 1000;
            const HeadOrders orders = randomOrders(random);
            const std::vector<std::int64_t> single = sequencesOf(settings, 1),
                                            sequences = sequencesOf(settings, setting.prompts);
            const auto policy = std::make_shared<HeatKv>(schedule, orders, single, setting.budget);
            settings.policy = policy;
            const SegmentSchedule* segments = policy->plan().segments();
            QVERIFY(segments != nullptr);

            const std::vector<std::int64_t> first = firstTokens(schedule);
            std::vector<std::vector<at::Tensor>> made(kLayers); // every token's key as it was made
            settings.tap = [&](const LayerState& state) {
                auto& all = made[std::size_t(state.layer)];
                QCOMPARE(std::int64_t(state.byHead.size()), kHeads);
                for (std::int64_t h = 0; h < kHeads; ++h) {
                    std::vector<std::int64_t> tokens;
                    for (const std::int64_t source : segments->sources(state.scale, state.layer, h))
                        for (std::int64_t t = first[std::size_t(source)]; t < first[std::size_t(source) + 1];
                             ++t)
                            tokens.push_back(t);
                    const LayerState one = state.ofHead(h);
                    QCOMPARE(one.history.tokens(), std::int64_t(tokens.size()));
                    if (tokens.empty())
                        continue;
                    const at::Tensor index = at::tensor(at::ArrayRef<std::int64_t>(tokens), at::kLong);
                    QVERIFY(at::equal(one.positions[0][0].to(at::kLong), index));
                    QVERIFY(
                        at::equal(at::cat(all, 2).narrow(1, h, 1).index_select(2, index), one.history.keys));
                }
                all.push_back(state.current.keys.clone());
            };
            NextScale run(transformer_, settings, test::texts(setting.prompts, 0));
            constexpr std::int64_t kEntry = 2 * 8 * 4; // key and value of a head of 8 in fp32
            const double limit =
                setting.budget * double(kHeads * kEntry *
                                        std::accumulate(sequences.begin(), sequences.end(), std::int64_t(0)));
            std::int64_t peak = 0;
            while (run.scale() + 1 < std::int64_t(schedule.size())) {
                const std::int64_t k = run.scale();
                const at::Tensor logits = run.predict({}, [&](std::int64_t) {
                    QVERIFY(double(run.kvBytes()) <= limit);
                    peak = std::max(peak, run.kvBytes());
                });
                QCOMPARE(run.kvBytes(), policy->plan().bytes(k, sequences, kHeads, kEntry));
                run.feed(run.draw(run.finalLogits(logits)));
            }
            const at::Tensor logits = run.predict();
            QCOMPARE(run.kvBytes(),
                     policy->plan().bytes(std::int64_t(schedule.size()) - 1, sequences, kHeads, kEntry));
            run.feed(run.draw(run.finalLogits(logits)));
            QVERIFY(run.finished());
            QCOMPARE(run.peakKvBytes(), peak);
            QCOMPARE(run.peakKvBytes(), policy->plan().peakBytes(sequences, kHeads, kEntry));
            QCOMPARE(run.kvBytes(), std::int64_t(0)); // given back for the decoder
            QCOMPARE(run.scratchBytes(), 2 * 2 * setting.prompts * policy->plan().largestScratch() * 32 * 4);
        }
    }

    // Until something is dropped every scale predicts what it does with the full cache; attention in other
    // stretches rounds otherwise, and no more.
    void beforeAnythingGoesItIsTheFullCache() {
        std::mt19937 random(5);
        const Setting setting{.size = "0.25M", .budget = 500}; // of 921: nothing goes before the seventh
        NextScaleSettings settings = settingsOf(setting);
        const auto policy = std::make_shared<HeatKv>(settings.schedule, randomOrders(random),
                                                     sequencesOf(settings, 1), setting.budget);
        NextScale full(transformer_, settings, test::texts(1, 0));
        settings.policy = policy;
        NextScale run(transformer_, settings, test::texts(1, 0));
        int alike = 0;
        while (!run.finished()) {
            const at::Tensor expected = full.predict(), logits = run.predict();
            const double error = (logits - expected).abs().max().item<double>();
            bool whole = true;
            for (std::int64_t l = 0; l < kLayers; ++l)
                for (std::int64_t h = 0; h < kHeads; ++h)
                    whole = whole && policy->plan().segments()->found(run.scale(), l, h) ==
                                         firstTokens(settings.schedule)[std::size_t(run.scale())];
            alike += whole ? 1 : 0;
            QVERIFY2(whole == (error < 1e-4), qPrintable(QString::number(error)));
            const at::Tensor bits = full.draw(full.finalLogits(expected));
            full.feed(bits);
            run.feed(bits);
        }
        QVERIFY(alike >= 6 && alike < int(settings.schedule.size()));
    }

    void probesSeeWhatEachHeadReads() {
        std::mt19937 random(6);
        const Setting setting{.budget = 60};
        NextScaleSettings settings = settingsOf(setting);
        const auto policy = std::make_shared<HeatKv>(settings.schedule, randomOrders(random),
                                                     sequencesOf(settings, 1), setting.budget);
        settings.policy = policy;
        const SegmentSchedule& segments = *policy->plan().segments();
        bool differed = false;
        settings.tap = [&](const LayerState& state) {
            const KeptTokens kept = keptTokens(state, settings.schedule);
            const LayerAttention seen =
                probeAttention(state, settings.schedule, {.queries = 0, .mass = true, .entropy = true});
            QCOMPARE(std::int64_t(seen.heads.size()), kHeads);
            double mean = 0;
            for (std::int64_t h = 0; h < kHeads; ++h) {
                QCOMPARE(kept.count(h), segments.found(state.scale, state.layer, h));
                differed = differed || kept.count(h) != kept.count(0);
                const std::vector<double>& mass = seen.heads[std::size_t(h)].mass;
                QCOMPARE(std::int64_t(mass.size()), state.scale + 1);
                for (std::int64_t source = 0; source < state.scale; ++source)
                    QCOMPARE(mass[std::size_t(source)] > 0,
                             segments.finds(state.scale, {source, h, state.layer}));
                QVERIFY(std::abs(std::accumulate(mass.begin(), mass.end(), 0.0) - 1) < 1e-5);
                mean += seen.heads[std::size_t(h)].current / kHeads;
            }
            QVERIFY(std::abs(seen.mean.current - mean) < 1e-12);
            QVERIFY(seen.history <=
                    totalTokens(std::span(settings.schedule).first(std::size_t(state.scale))));
            QVERIFY(seen.top <= seen.history);
        };
        NextScale run(transformer_, settings, test::texts(1, 0));
        while (!run.finished())
            run.feed(run.draw(run.finalLogits(run.predict())));
        QVERIFY(differed);
    }

    void nothingToDropIsThePlanOfTheFullCache() {
        std::mt19937 random(7);
        const ScaleSchedule schedule = scaleSchedule("0.06M", 1.0);
        const std::vector<std::int64_t> sequences(kLayers, 2);
        const HeadOrders orders = randomOrders(random);
        const HeatKv all(schedule, orders, sequences, double(cachedTokens(schedule)));
        QVERIFY(all.plan().segments() == nullptr);
        QVERIFY(!all.plan().evictsAnywhere());
        const auto some = std::make_shared<HeatKv>(schedule, orders, sequences, 50);
        QVERIFY(some->plan().evictsAnywhere());
        QVERIFY_EXCEPTION_THROWN(some->plan().entries(1, 1), std::logic_error);
        const OneLayerPolicy one(some, 2);
        for (std::int64_t k = 0; k + 1 < one.plan().scales(); ++k)
            for (std::int64_t l = 0; l < kLayers; ++l)
                for (std::int64_t h = 0; h < kHeads; ++h)
                    QCOMPARE(one.plan().segments()->kept(k, l, h),
                             l == 2 ? some->plan().segments()->kept(k, l, h)
                                    : totalTokens(std::span(schedule).first(std::size_t(k) + 1)));
    }
};

QTEST_APPLESS_MAIN(TestHeatKv)
#include "tst_heatkv.moc"
