#include "engine/cache/kv_cache.h"
#include "engine/memory/page_release.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

#include <stdexcept>

using namespace scalekv;

class TestKvCache : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;
    static KvCache make() {
        return {{.sequences = {2, 2, 1}, .capacity = {10, 10, 10}, .heads = 3, .headDim = 8},
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

    // On a device a room is as large as what it holds, and a map that stays is put behind it.
    void roomsGrowWithWhatTheyHold() {
        KvCache cache({.sequences = {2}, .capacity = {10}, .heads = 3, .headDim = 8, .reserved = false},
                      at::kFloat, at::kCPU);
        cache.append(0, 4).keys.fill_(1);
        MapScratch unused({}, at::kFloat, at::kCPU);
        const MapRoom room = cache.room(0, 3, true, unused);
        QCOMPARE(unused.bytes(), 0);
        room.current.keys.fill_(2);
        QCOMPARE(room.joined.tokens(), 7);
        QCOMPARE(cache.stored(0).keys.storage().nbytes(), std::size_t(2 * 3 * 7 * 8 * 4));
        QCOMPARE(cache.stored(0).keys.narrow(2, 0, 4).mean().item<float>(), 1.0F);
        QCOMPARE(cache.stored(0).keys.narrow(2, 4, 3).mean().item<float>(), 2.0F);
        QVERIFY_EXCEPTION_THROWN(cache.append(0, 4), std::logic_error);
    }

    void refusesMoreThanReserved() {
        KvCache cache = make();
        cache.append(1, 10);
        QVERIFY_EXCEPTION_THROWN(cache.append(1, 1), std::logic_error);
        QCOMPARE(cache.entries(1), 10);
    }

    void scratchIsSharedAndNotCounted() {
        KvCache cache = make();
        MapScratch scratch({.tokens = 6, .sequences = 2, .heads = 3, .headDim = 8}, at::kBFloat16, at::kCPU);
        QCOMPARE(scratch.bytes(), 0);
        const KeyValues a = cache.room(0, 6, false, scratch).current;
        const KeyValues b = cache.room(2, 5, false, scratch).current;
        QCOMPARE(a.keys.sizes(), at::IntArrayRef({2, 3, 6, 8}));
        QCOMPARE(b.values.sizes(), at::IntArrayRef({1, 3, 5, 8}));
        QCOMPARE(a.keys.const_data_ptr(), b.keys.const_data_ptr());
        QCOMPARE(cache.bytes(), 0);
        QCOMPARE(scratch.bytes(), 2 * 2 * 3 * 6 * 8 * 2);
        scratch.clear();
        QCOMPARE(scratch.bytes(), 2 * 2 * 3 * 6 * 8 * 2);
        QVERIFY_EXCEPTION_THROWN(scratch.lend(3, 6), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(scratch.lend(1, 7), std::logic_error);
    }

    // In place and anywhere else: what stays is what gathering the same rows gives.
    void retainKeepsTheNamedRows_data() {
        QTest::addColumn<bool>("joined");
        QTest::addColumn<int>("stored");
        QTest::addColumn<int>("current");
        QTest::addColumn<int>("keep");
        for (const bool joined : {false, true}) {
            const auto row = [&](const char* name) -> QTestData& {
                return QTest::addRow("%s%s", name, joined ? ", joined" : "") << joined;
            };
            row("fewer than before") << 9 << 5 << 4;
            row("as many") << 6 << 5 << 6;
            row("more") << 4 << 8 << 10;
            row("nothing stored yet") << 0 << 12 << 7;
            row("everything") << 5 << 5 << 10;
        }
    }
    void retainKeepsTheNamedRows() {
        QFETCH(bool, joined);
        QFETCH(int, stored);
        QFETCH(int, current);
        QFETCH(int, keep);
        for (const bool sameForAll : {false, true}) {
            KvCache cache({.sequences = {2},
                           .capacity = {10},
                           .heads = 3,
                           .headDim = 8,
                           .positions = true,
                           .reserved = !joined,
                           .joined = joined},
                          at::kFloat, at::kCPU);
            if (stored > 0) {
                KeyValues first = cache.append(0, stored);
                first.keys.copy_(at::randn(first.keys.sizes()));
                first.values.copy_(at::randn(first.values.sizes()));
            }
            MapScratch scratch({.tokens = stored + current, .sequences = 2, .heads = 3, .headDim = 8},
                               at::kFloat, at::kCPU);
            const MapRoom room = cache.room(0, current, false, scratch);
            QCOMPARE(room.joined.keys.defined(), joined);
            QVERIFY(at::equal(room.history.keys, cache.stored(0).keys));
            const KeyValues& now = room.current;
            now.keys.copy_(at::randn({2, 3, current, 8}));
            now.values.copy_(at::randn({2, 3, current, 8}));
            const at::Tensor keys = at::cat({cache.stored(0).keys, now.keys}, 2).clone();
            const at::Tensor values = at::cat({cache.stored(0).values, now.values}, 2).clone();
            if (joined)
                QVERIFY(at::equal(room.joined.values, values));
            at::Tensor kept = at::empty({sameForAll ? 1 : 2, sameForAll ? 1 : 3, keep}, at::kLong);
            for (std::int64_t s = 0; s < kept.size(0); ++s)
                for (std::int64_t h = 0; h < kept.size(1); ++h)
                    kept[s][h].copy_(
                        std::get<0>(at::randperm(stored + current, at::kLong).narrow(0, 0, keep).sort()));
            cache.retain(0, kept, room);
            QCOMPARE(cache.entries(0), std::int64_t(keep));
            const at::Tensor index = kept.expand({2, 3, keep}).unsqueeze(-1).expand({2, 3, keep, 8});
            QVERIFY(at::equal(cache.stored(0).keys, keys.gather(2, index)));
            QVERIFY(at::equal(cache.stored(0).values, values.gather(2, index)));
            QVERIFY(at::equal(cache.positions(0).to(at::kLong), kept.expand({2, 3, keep})));
            // The next entries count on from all that was ever there.
            if (keep < 10) {
                cache.append(0, 1);
                QCOMPARE(cache.positions(0)[1][2][keep].item<int>(), stored + current);
            }
        }
    }

    void retainRefusesNonsense() {
        const KeyValues now{at::randn({2, 3, 6, 8}).to(at::kBFloat16),
                            at::randn({2, 3, 6, 8}).to(at::kBFloat16)};
        for (const std::vector<std::int64_t>& kept : {std::vector<std::int64_t>{1, 1},
                                                      {2, 1},
                                                      {-1, 3},
                                                      {0, 10},
                                                      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}) {
            KvCache cache = make();
            cache.append(0, 4).keys.fill_(1);
            const MapRoom room{cache.stored(0), now, {}};
            QVERIFY_EXCEPTION_THROWN(cache.retain(0, at::tensor(kept).view({1, 1, -1}), room),
                                     std::logic_error);
            QCOMPARE(cache.entries(0), std::int64_t(4));
        }
    }

    void clearGivesRoomsBackButRemembersThePeak() {
        KvCache cache = make();
        cache.append(0, 10);
        const std::int64_t peak = cache.bytes();
        cache.clear();
        QCOMPARE(cache.bytes(), 0);
        QCOMPARE(cache.peakBytes(), peak);
    }

#ifdef __linux__
    void releasedPagesAreEmpty() {
        constexpr std::size_t kBytes = 1 << 20;
        constexpr std::size_t kPage = 65536; // at least a page on every system
        std::vector<std::uint8_t> memory(kBytes, 7);
        releasePages(memory.data() + kPage, kBytes - 2 * kPage);
        QCOMPARE(memory[kBytes / 2], std::uint8_t(0));
        QCOMPARE(memory.front(), std::uint8_t(7)); // what lies around it is untouched
        QCOMPARE(memory[kPage - 1], std::uint8_t(7));
        QCOMPARE(memory.back(), std::uint8_t(7));
    }
#endif
};

QTEST_APPLESS_MAIN(TestKvCache)
#include "tst_kv_cache.moc"
