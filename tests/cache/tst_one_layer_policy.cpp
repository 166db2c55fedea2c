#include "engine/cache/one_layer_policy.h"
#include "engine/cache/policies.h"

#include <ATen/ATen.h>
#include <QTest>

using namespace scalekv;

class TestOneLayerPolicy : public QObject {
    Q_OBJECT

    const ScaleSchedule schedule_{{1, 1}, {2, 2}, {4, 4}, {4, 4}};

    std::shared_ptr<const CachePolicy> slidingWindow(std::int64_t layers) const {
        PolicyChoice choice;
        choice.name = "sliding-window";
        choice.budget.tokens = 3;
        return makePolicy(choice, schedule_, std::vector<std::int64_t>(std::size_t(layers), 1), {4, 32});
    }

private Q_SLOTS:
    void otherLayersKeepEverything() {
        const auto whole = slidingWindow(3);
        const OneLayerPolicy one(whole, 1);
        const CachePlan full = CachePlan::full(schedule_, 3);
        for (std::int64_t k = 0; k < 4; ++k)
            for (const std::int64_t layer : {0, 1, 2}) {
                QCOMPARE(one.plan().entries(k, layer), (layer == 1 ? whole->plan() : full).entries(k, layer));
                QCOMPARE(one.plan().evicts(k, layer), layer == 1 && whole->plan().evicts(k, layer));
            }
        QVERIFY(one.plan().evicts(1, 1));
    }

    void theLayerChoosesAsItDoesAmongOthers() {
        const auto whole = slidingWindow(2);
        LayerState state;
        state.layer = 1;
        state.scale = 2;
        state.map = schedule_[2];
        state.queries = at::randn({1, 2, 16, 4});
        state.history = {at::randn({1, 2, 3, 4}), at::randn({1, 2, 3, 4})};
        state.current = {at::randn({1, 2, 16, 4}), at::randn({1, 2, 16, 4})};
        QVERIFY(OneLayerPolicy(whole, 1).select(state, 3).equal(whole->select(state, 3)));
    }

    /// What is brought to a device before anything runs.
    void itLooksFromWhereThePolicyLooks() {
        PolicyChoice choice;
        choice.name = "scalekv";
        choice.budget.tokens = 20;
        choice.roles = RoleTable{{{false, false}}};
        const auto whole = makePolicy(choice, schedule_, std::vector<std::int64_t>(2, 1), {4, 32});
        QCOMPARE(whole->window({4, 4}).size(), std::size_t(16));
        QVERIFY(OneLayerPolicy(whole, 1).window({4, 4}) == whole->window({4, 4}));
    }

    /// With one layer, it alone is all there is.
    void ofOneLayerItIsTheWhole() {
        const auto whole = slidingWindow(1);
        const OneLayerPolicy one(whole, 0);
        for (std::int64_t k = 0; k < 4; ++k)
            QCOMPARE(one.plan().entries(k, 0), whole->plan().entries(k, 0));
    }
};

QTEST_APPLESS_MAIN(TestOneLayerPolicy)
#include "tst_one_layer_policy.moc"
