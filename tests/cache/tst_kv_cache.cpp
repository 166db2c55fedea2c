#include "engine/cache/kv_cache.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

#include <stdexcept>

using namespace scalekv;

class TestKvCache : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;
    static KvCache make() {
        return {{.sequences = {2, 2, 1}, .capacity = {10, 10, 10}, .heads = 3, .headDim = 8, .largestMap = 6},
                at::kBFloat16,
                at::kCPU};
    }

private Q_SLOTS:
    void appendsInPlaceAndCountsBytes() {
        KvCache cache = make();
        QCOMPARE(cache.bytes(), 0);
        QCOMPARE(cache.stored(0).tokens(), 0);
        KeyValues first = cache.append(0, 4);
        first.keys.fill_(1);
        first.values.fill_(2);
        const void* room = cache.stored(0).keys.const_data_ptr();
        cache.append(0, 6).keys.fill_(3);
        QCOMPARE(cache.stored(0).keys.const_data_ptr(), room); // no second copy was made
        QCOMPARE(cache.entries(0), 10);
        QCOMPARE(cache.stored(0).keys.narrow(2, 0, 4).to(at::kFloat).mean().item<float>(), 1.0F);
        QCOMPARE(cache.stored(0).keys.narrow(2, 4, 6).to(at::kFloat).mean().item<float>(), 3.0F);
        QCOMPARE(cache.bytes(0), 2 * 2 * 3 * 10 * 8 * 2); // k and v, sequences, heads, entries, dim, bf16
        cache.append(2, 5);
        QCOMPARE(cache.bytes(2), 2 * 1 * 3 * 5 * 8 * 2);
        QCOMPARE(cache.bytes(), cache.bytes(0) + cache.bytes(2));
        QCOMPARE(cache.peakBytes(), cache.bytes());
    }

    void refusesMoreThanReserved() {
        KvCache cache = make();
        cache.append(1, 10);
        QVERIFY_EXCEPTION_THROWN(cache.append(1, 1), std::logic_error);
        QCOMPARE(cache.entries(1), 10);
    }

    void scratchIsSharedAndNotCounted() {
        KvCache cache = make();
        const KeyValues a = cache.scratch(0, 6);
        const KeyValues b = cache.scratch(2, 6);
        QCOMPARE(a.keys.sizes(), at::IntArrayRef({2, 3, 6, 8}));
        QCOMPARE(b.values.sizes(), at::IntArrayRef({1, 3, 6, 8}));
        QCOMPARE(a.keys.const_data_ptr(), b.keys.const_data_ptr());
        QCOMPARE(cache.bytes(), 0);
        QCOMPARE(cache.scratchBytes(), 2 * 2 * 3 * 6 * 8 * 2);
    }
};

QTEST_APPLESS_MAIN(TestKvCache)
#include "tst_kv_cache.moc"
