// What policies keep, over random shapes, schedules and budgets.

#include "engine/cache/policies.h"
#include "engine/cache/token_scores.h"
#include "engine/pipeline/prepare.h"
#include "scalekv/error.h"
#include "tests/cache/made_up.h"
#include "tests/cache/made_up_kinds.h"
#include "tests/cache/tiny_shape.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

#include <random>

using namespace scalekv;
using test::noise;

namespace {

RoleTable someRoles(std::int64_t layers) {
    std::vector<bool> row(std::size_t(layers), false);
    row[1] = true;
    return {{std::vector<bool>(std::size_t(layers), false), row}};
}

HeadOrders someOrders(std::int64_t layers, std::int64_t heads) {
    HeadOrders orders;
    orders.bySource.resize(1);
    for (std::int32_t layer = 0; layer < layers; ++layer)
        for (std::int32_t head = 0; head < heads; ++head)
            orders.bySource.front().push_back({head, layer});
    return orders;
}

struct Setting {
    std::string size = "0.06M";
    double ratio = 1.0;
    std::string policy;
    Budget budget;
    int guidanceLayer = 0;
    std::int64_t prompts = 1;
    std::uint64_t seed = 0;
};

NextScaleSettings settingsFor(const Setting& setting, const TransformerShape& shape) {
    GenerationRequest request;
    request.size = setting.size;
    request.aspectRatio = setting.ratio;
    request.seed = setting.seed;
    request.guidanceLayers = {setting.guidanceLayer};
    request.policy.name = setting.policy;
    request.policy.budget = setting.budget;
    const RoleTable roles = someRoles(shape.layers);
    const HeadOrders orders = someOrders(shape.layers, shape.heads);
    const HeadKinds kinds = test::headKinds(shape.layers, shape.heads);
    request.prompts.resize(std::size_t(setting.prompts));
    const VaeShape vae{shape.bits, 8, {1, 2, 2}, 3, {}, 0};
    NextScaleSettings settings =
        prepareRequest(request, {shape, vae, {}, &roles, {}, at::kCPU, &orders, &kinds}).settings;
    settings.keepPositions = true;
    return settings;
}

bool ascending(const at::Tensor& positions) {
    const std::int64_t n = positions.size(-1);
    return n < 2 || (positions.narrow(-1, 1, n - 1) > positions.narrow(-1, 0, n - 1)).all().item<bool>();
}

bool contains(const at::Tensor& positions, std::int64_t position) {
    return (positions == position).any(-1).all().item<bool>(); // for every sequence and head
}

} // namespace

class TestPolicies : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;

    /// Those that choose as many entries in all heads, or all: heatkv drops by a schedule (tst_heatkv), hack
    /// asks its heads one by one (tst_hack), spectral drops nothing (tst_spectral).
    void policyRows(bool all) {
        QTest::addColumn<QString>("policy");
        for (const std::string_view name : policyNames())
            if (all || (name != "full" && name != "heatkv" && name != "hack" && name != "spectral"))
                QTest::newRow(name.data()) << QString::fromUtf8(name.data());
    }

private Q_SLOTS:
    void patchCentroidsOfAnyMap() {
        // 4×4 patches of 2×2 tokens: of two middles the first.
        QCOMPARE(patchCentroids({8, 8}, 4).front(), std::int64_t(0));
        QCOMPARE(patchCentroids({8, 8}, 4).back(), std::int64_t(6 * 8 + 6));
        // Patches of 3×3: their true middles.
        QCOMPARE(patchCentroids({12, 12}, 4).front(), std::int64_t(12 + 1));
        for (const double ratio : aspectRatios()) {
            for (const MapSize map : scaleSchedule("1M", ratio)) {
                const std::vector<std::int64_t> window = patchCentroids(map, 4);
                QCOMPARE(std::int64_t(window.size()),
                         std::int64_t(std::min(4, map.height)) * std::min(4, map.width));
                QVERIFY(std::adjacent_find(window.begin(), window.end(), std::greater_equal<>()) ==
                        window.end());
                QVERIFY(window.front() >= 0 && window.back() < map.tokens());
            }
        }
    }

    void releasedWindows() {
        const std::vector<std::int64_t> square = releasedMiddles({6, 6}, 16); // patches of one token
        QCOMPARE(square.size(), std::size_t(16));
        QCOMPARE(square.front(), std::int64_t(0));
        QCOMPARE(square.back(), std::int64_t(3 * 6 + 3));
        QVERIFY(releasedMiddles({3, 2}, 16).empty()); // not square: the last 16 entries instead
        // Those stay in any case.
        LayerState state;
        state.map = {3, 2};
        state.input = noise({1, 6, 16}, 1);
        state.queries = noise({1, 2, 6, 8}, 2);
        state.queryWeight = noise({16, 16}, 3);
        state.history = {noise({1, 2, 100, 8}, 4), {}};
        state.current = {noise({1, 2, 6, 8}, 5), {}};
        const CachePlan plan = CachePlan::full(scaleSchedule("0.06M", 1.0), 1);
        QVERIFY(at::equal(ScaleKvReference(plan).select(state, 20).narrow(2, 4, 16)[0][1],
                          at::arange(90, 106, at::kLong)));
    }

    void scoresAreTheAttentionOfTheWindow_data() {
        QTest::addColumn<int>("tokens");
        QTest::newRow("all heads at once") << 7;
        QTest::newRow("head by head") << 25000;
    }
    void scoresAreTheAttentionOfTheWindow() {
        QFETCH(int, tokens);
        LayerState state;
        state.history = {noise({2, 3, tokens, 8}, 1), {}};
        state.current = {noise({2, 3, 4, 8}, 3), {}};
        const at::Tensor queries = noise({2, 3, 2, 8}, 5);
        const at::Tensor keys = at::cat({state.history.keys, state.current.keys}, 2);
        const at::Tensor products = at::matmul(queries, keys.transpose(2, 3)) * 0.5;
        QVERIFY(
            at::allclose(windowScores(queries, state, 0.5, true), products.softmax(-1).sum(2), 1e-5, 1e-6));
        QVERIFY(at::allclose(windowScores(queries, state, 0.5, false), products.sum(2), 1e-5, 1e-5));
        state.joined = {keys, {}}; // as a device has them
        QVERIFY(at::allclose(windowScoresPortable(queries, state, 0.5, true), products.softmax(-1).sum(2),
                             1e-5, 1e-6));
    }

    void poolingStopsAtTheEnds() {
        const at::Tensor scores = at::tensor({1.0F, 2.0F, 3.0F, 4.0F, 10.0F, 0.0F}).view({1, 1, 6});
        QVERIFY(at::allclose(averagePool(scores, 5),
                             at::tensor({2.0F, 2.5F, 4.0F, 3.8F, 4.25F, 14.0F / 3}).view({1, 1, 6})));
        QVERIFY(at::equal(maxPool(scores, 5),
                          at::tensor({3.0F, 4.0F, 10.0F, 10.0F, 10.0F, 10.0F}).view({1, 1, 6})));
    }

    void sinksAndRecentTokens() {
        LayerState state;
        state.queries = noise({1, 1, 6, 8}, 1);
        state.history = {noise({1, 1, 10, 8}, 1), {}};
        state.current = {noise({1, 1, 6, 8}, 1), {}};
        const CachePlan plan = CachePlan::full(scaleSchedule("0.06M", 1.0), 1);
        QVERIFY(
            at::equal(RecentTokens(plan, 2).select(state, 5).flatten(), at::tensor({0L, 1L, 13L, 14L, 15L})));
        QVERIFY(at::equal(RecentTokens(plan, 0).select(state, 3).flatten(), at::tensor({13L, 14L, 15L})));
        QVERIFY(at::equal(EvenlySpaced(plan).select(state, 5).flatten(), at::tensor({0L, 3L, 6L, 9L, 12L})));
    }

    // Whole generations with random weights: what the cache holds after every layer of every scale.
    void cachesKeepToTheirRules_data() { policyRows(false); }
    void cachesKeepToTheirRules() {
        QFETCH(QString, policy);
        std::mt19937 random(7);
        const std::array<double, 5> ratios{1.0, 0.666, 3.0, 0.4, 1.25};
        for (int round = 0; round < 6; ++round) {
            Setting setting;
            setting.policy = policy.toStdString();
            setting.size = round % 5 == 4 ? "0.25M" : "0.06M";
            setting.ratio = ratios[random() % ratios.size()];
            setting.budget.tokens = 17 + std::int64_t(random() % 150);
            setting.guidanceLayer = round % 3 == 2 ? -2 : 0;
            setting.prompts = 1 + round % 2;
            setting.seed = random();
            const TransformerShape shape = test::tinyShape(4, 2);
            const Transformer transformer = Transformer::random(shape, at::kFloat, at::kCPU);
            NextScaleSettings settings = settingsFor(setting, shape);
            const std::shared_ptr<const CachePolicy> chosen = settings.policy;
            const ScaleSchedule schedule = settings.schedule;

            // Every token's key as it was made, to hold retained ones against.
            std::vector<std::vector<at::Tensor>> made(std::size_t(shape.layers));
            settings.tap = [&](const LayerState& state) {
                auto& all = made[std::size_t(state.layer)];
                if (state.history.tokens() > 0) {
                    const at::Tensor index =
                        state.positions.to(at::kLong).unsqueeze(-1).expand(state.history.keys.sizes());
                    QVERIFY(at::equal(at::cat(all, 2).gather(2, index), state.history.keys));
                }
                all.push_back(state.current.keys.clone());
            };
            NextScale run(transformer, settings, test::texts(setting.prompts));
            std::int64_t before = 0; // tokens of earlier scales
            while (run.scale() + 1 < std::int64_t(schedule.size())) {
                const std::int64_t k = run.scale();
                const at::Tensor logits = run.predict();
                const MapSize map = schedule[std::size_t(k)];
                for (std::int64_t l = 0; l < shape.layers; ++l) {
                    const at::Tensor positions = run.positions(l).to(at::kLong);
                    QCOMPARE(positions.size(2), chosen->plan().entries(k, l));
                    QCOMPARE(run.kvBytes(l), positions.numel() * 2 * shape.headDim() * 4);
                    QVERIFY(ascending(positions));
                    QVERIFY(positions.min().item<std::int64_t>() >= 0);
                    QVERIFY(positions.max().item<std::int64_t>() < before + map.tokens());
                    if (!chosen->plan().evicts(k, l))
                        continue;
                    if (setting.policy == "scalekv")
                        for (const std::int64_t token : patchCentroids(map, 4))
                            QVERIFY(contains(positions, before + token));
                    else if (setting.policy != "scalekv-reference" && setting.policy != "evenly-spaced")
                        QVERIFY(contains(positions, before + map.tokens() - 1)); // the most recent
                    if (setting.policy == "streaming-llm")
                        for (std::int64_t sink = 0; sink < 4; ++sink)
                            QVERIFY(contains(positions, sink));
                }
                QVERIFY(run.kvBytes() <=
                        2 * 2 * setting.prompts * shape.width * 4 * shape.layers * setting.budget.tokens);
                before += map.tokens();
                run.feed(run.draw(run.finalLogits(logits)));
            }
            run.feed(run.draw(run.finalLogits(run.predict())));
            QVERIFY(run.finished());
            std::vector<std::int64_t> sequences;
            for (std::int64_t l = 0; l < shape.layers; ++l)
                sequences.push_back(settings.sequences(l, setting.prompts));
            QCOMPARE(run.peakKvBytes(),
                     chosen->plan().peakBytes(sequences, shape.heads, 2 * shape.headDim() * 4));
            QCOMPARE(run.kvBytes(), std::int64_t(0)); // given back for the decoder
        }
    }

    void aBudgetOfEverythingIsTheFullCacheBitForBit_data() { policyRows(true); }
    void aBudgetOfEverythingIsTheFullCacheBitForBit() {
        QFETCH(QString, policy);
        const TransformerShape shape = test::tinyShape(4, 2);
        for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
            const Transformer transformer = Transformer::random(shape, type, at::kCPU);
            Setting setting;
            setting.ratio = 1.5;
            const auto logitsOf = [&](const std::string& name) {
                setting.policy = name;
                NextScale run(transformer, settingsFor(setting, shape), test::texts(setting.prompts));
                std::vector<at::Tensor> all;
                while (!run.finished()) {
                    all.push_back(run.predict());
                    run.feed(run.draw(run.finalLogits(all.back())));
                }
                return all;
            };
            const std::vector<at::Tensor> full = logitsOf("full");
            const std::vector<at::Tensor> other = logitsOf(policy.toStdString());
            for (std::size_t k = 0; k < full.size(); ++k)
                QVERIFY(at::equal(full[k], other[k]));
        }
    }

    // Each sequence and head gets what it would get alone.
    void headsAndHalvesChooseForThemselves_data() { policyRows(false); }
    void headsAndHalvesChooseForThemselves() {
        QFETCH(QString, policy);
        const ScaleSchedule schedule = scaleSchedule("0.06M", 1.0);
        const std::vector<std::int64_t> sequences(4, 2);
        PolicyChoice choice;
        choice.name = policy.toStdString();
        choice.budget.tokens = 60;
        choice.roles = someRoles(4);
        const auto chosen = makePolicy(choice, schedule, sequences, {8, 64});
        constexpr std::int64_t kKeep = 60, kHistory = 57, kHeads = 3, kDim = 8;
        LayerState state;
        state.map = {8, 8};
        state.input = noise({2, 64, kHeads * kDim}, 1);
        state.queries = noise({2, kHeads, 64, kDim}, 2);
        state.queryWeight = noise({kHeads * kDim, kHeads * kDim}, 3);
        state.history = {noise({2, kHeads, kHistory, kDim}, 4), noise({2, kHeads, kHistory, kDim}, 5)};
        state.current = {noise({2, kHeads, 64, kDim}, 6), noise({2, kHeads, 64, kDim}, 7)};
        const at::Tensor kept = chosen->select(state, kKeep).expand({2, kHeads, kKeep});
        for (std::int64_t s = 0; s < 2; ++s) {
            for (std::int64_t h = 0; h < kHeads; ++h) {
                LayerState alone = state;
                const auto one = [&](const at::Tensor& t) { return t.narrow(0, s, 1).narrow(1, h, 1); };
                alone.input = state.input.narrow(0, s, 1);
                alone.queries = one(state.queries);
                alone.queryWeight = state.queryWeight.narrow(0, h * kDim, kDim);
                alone.history = {one(state.history.keys), one(state.history.values)};
                alone.current = {one(state.current.keys), one(state.current.values)};
                QVERIFY(at::equal(chosen->select(alone, kKeep).flatten(), kept[s][h]));
            }
        }
        const bool byScore =
            policy != "sliding-window" && policy != "streaming-llm" && policy != "evenly-spaced";
        QCOMPARE(!at::equal(kept[0][0], kept[0][1]), byScore);
        QCOMPARE(!at::equal(kept[0][0], kept[1][0]), byScore);
    }

    void whatCannotBeIsSaid_data() {
        QTest::addColumn<QString>("policy");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("roleLayers");
        QTest::addColumn<QString>("mentions");
        QTest::newRow("unknown") << "best" << 100 << 4 << "sliding-window";
        QTest::newRow("below the window") << "snapkv" << 15 << 4 << "16";
        QTest::newRow("below the window, reference") << "scalekv-reference" << 15 << 4 << "16";
        QTest::newRow("below the sinks") << "streaming-llm" << 4 << 4 << "5";
        QTest::newRow("no roles") << "scalekv" << 100 << 0 << "scalekv calibrate";
        QTest::newRow("no roles, reference") << "scalekv-reference" << 100 << 0 << "scalekv calibrate";
        QTest::newRow("no orders") << "heatkv" << 100 << 0 << "scalekv calibrate";
        QTest::newRow("orders of another model") << "heatkv" << 100 << 5 << "5 layers";
        QTest::newRow("no kinds of heads") << "hack" << 100 << 0 << "scalekv calibrate";
        QTest::newRow("kinds of heads of another model") << "hack" << 100 << 5 << "5 layers";
        QTest::newRow("below the whole scales") << "heatkv" << 20 << 4 << "at least 7.93 %";
        QTest::newRow("below the first scales and the levels") << "spectral" << 2 << 4 << "spectral needs ";
        QTest::newRow("roles of another model") << "scalekv" << 100 << 5 << "5 layers";
    }
    void whatCannotBeIsSaid() {
        QFETCH(QString, policy);
        QFETCH(int, tokens);
        QFETCH(int, roleLayers);
        QFETCH(QString, mentions);
        const ScaleSchedule schedule = scaleSchedule("0.06M", 1.0);
        const std::vector<std::int64_t> sequences(4, 2);
        PolicyChoice choice;
        if (roleLayers > 0) {
            choice.roles = someRoles(roleLayers);
            choice.headOrders = someOrders(roleLayers, 2);
            choice.headKinds = test::headKinds(roleLayers, 2);
        }
        choice.name = policy.toStdString();
        choice.budget.tokens = tokens;
        try {
            makePolicy(choice, schedule, sequences, {8, 64});
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(mentions), error.what());
        }
    }
};

QTEST_APPLESS_MAIN(TestPolicies)
#include "tst_policies.moc"
