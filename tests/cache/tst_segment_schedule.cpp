// Which segments HeatKV drops when, against what the released code makes of the same orders and budgets.

#include "engine/cache/segment_schedule.h"
#include "engine/io/json_file.h"
#include "tests/message_of.h"

#include <QtTest/QtTest>

#include <filesystem>
#include <numeric>
#include <random>
#include <set>

using namespace scalekv;

namespace {

std::filesystem::path heatKvFolder() {
    return qEnvironmentVariable("SCALEKV_HEATKV_DIR", SCALEKV_SOURCE_DIR "/tests/data/heatkv").toStdString();
}

nlohmann::json released() {
    return readJsonFile(heatKvFolder() / "schedules.json");
}

HeadOrders randomOrders(std::int64_t layers, std::int64_t heads, std::size_t sources, std::mt19937& random) {
    HeadOrders orders;
    for (std::size_t i = 0; i < sources; ++i) {
        auto& order = orders.bySource.emplace_back();
        for (std::int32_t layer = 0; layer < layers; ++layer)
            for (std::int32_t head = 0; head < heads; ++head)
                order.push_back({head, layer});
        std::shuffle(order.begin(), order.end(), random);
    }
    return orders;
}

std::set<Segment> segmentsIn(const nlohmann::json& list) {
    std::set<Segment> segments;
    for (const nlohmann::json& each : list)
        segments.insert({each[0], each[1], each[2]});
    return segments;
}

/// Every segment of earlier scales, and of the scale itself.
std::vector<Segment> segmentsUpTo(std::int64_t scale, const SegmentSchedule& schedule) {
    std::vector<Segment> all;
    for (std::int64_t source = 0; source <= scale; ++source)
        for (std::int64_t layer = 0; layer < schedule.layers(); ++layer)
            for (std::int64_t head = 0; head < schedule.heads(); ++head)
                all.push_back({source, head, layer});
    return all;
}

} // namespace

class TestSegmentSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void removesWhatTheReleasedCodeRemoves_data() {
        QTest::addColumn<int>("number");
        const nlohmann::json file = released();
        for (std::size_t i = 0; i < file["cases"].size(); ++i) {
            const nlohmann::json& each = file["cases"][i];
            QTest::addRow("%s, %g %%", each["orders"].get<std::string>().c_str(),
                          each["budget"].get<double>() * 100)
                << int(i);
        }
    }
    void removesWhatTheReleasedCodeRemoves() {
        QFETCH(int, number);
        const nlohmann::json file = released(), expected = file["cases"][std::size_t(number)];
        const std::string name = expected["orders"];
        const HeadOrders orders = file.contains(name) ? headOrdersFromJson(file[name].dump(), name)
                                                      : readHeadOrders(heatKvFolder() / name);
        const ScaleSchedule schedule = scaleSchedule("1M", 1.0);
        const std::int64_t layers = expected["layers"], heads = expected["heads"];
        const std::vector<std::int64_t> sequences(std::size_t(layers), 1);
        const SegmentSchedule made(schedule, orders, sequences,
                                   expected["budget"].get<double>() * double(cachedTokens(schedule)));
        QCOMPARE(made.layers(), layers);
        QCOMPARE(made.heads(), heads);
        for (std::int64_t scale = 0; scale < made.scales(); ++scale) {
            const std::string key = std::to_string(scale);
            QCOMPARE(made.goneOfEach(scale), expected["pruned_before_scale"][key].get<std::int64_t>());
            std::set<Segment> removed;
            for (const Segment& segment : segmentsUpTo(std::min(scale, made.scales() - 2), made))
                if (!made.keeps(scale, segment))
                    removed.insert(segment);
            QCOMPARE(std::int64_t(removed.size()), expected["removed_after_scale"][key].get<std::int64_t>());
            if (scale + 1 < made.scales()) {
                std::set<Segment> first; // of every order
                for (std::int64_t source = 3; source <= std::min<std::int64_t>(scale, 11); ++source)
                    for (std::int64_t rank = 0; rank < made.goneOfEach(scale + 1); ++rank) {
                        const HeadPlace place = orders.of(source)[std::size_t(rank)];
                        first.insert({source, place.head, place.layer});
                    }
                QVERIFY(removed == first);
            }
            for (std::int64_t layer = 0; layer < layers; ++layer) {
                std::set<Segment> wanted;
                if (expected["early"].contains(key) && expected["early"][key].contains(std::to_string(layer)))
                    wanted = segmentsIn(expected["early"][key][std::to_string(layer)]);
                const std::vector<Segment> early = made.early(scale, layer);
                QVERIFY(std::set<Segment>(early.begin(), early.end()) == wanted);
            }
        }
    }

    // Over random shapes, orders and budgets, also where layers do not count alike.
    void theSumNeverPassesTheBudget() {
        std::mt19937 random(3);
        for (int round = 0; round < 60; ++round) {
            const std::vector<double> ratios = {1.0, 0.666, 3.0, 1.25, 0.4};
            const ScaleSchedule schedule =
                scaleSchedule(imageSizes()[random() % imageSizes().size()], ratios[random() % ratios.size()]);
            const auto layers = std::int64_t(1 + random() % 6), heads = std::int64_t(1 + random() % 5);
            std::vector<std::int64_t> sequences;
            for (std::int64_t layer = 0; layer < layers; ++layer)
                sequences.push_back(layer < layers / 2 ? 2 : 1 + int(round % 2));
            const std::int64_t weights =
                heads * std::accumulate(sequences.begin(), sequences.end(), std::int64_t(0));
            const auto all = double(cachedTokens(schedule));
            const auto whole = double(totalTokens(std::span(schedule).first(3)));
            const double budget = round == 0 ? whole : whole + (all - whole) * double(random() % 1000) / 1000;
            const HeadOrders orders = randomOrders(layers, heads, 1 + random() % 9, random);
            const SegmentSchedule made(schedule, orders, sequences, budget);

            // Step by step, and what the attention of each layer finds on the way.
            std::set<Segment> stored;
            const auto sum = [&] {
                std::int64_t tokens = 0;
                for (const Segment& segment : stored)
                    tokens += made.tokens(segment.source) * sequences[std::size_t(segment.layer)];
                return tokens;
            };
            std::int64_t peak = 0;
            for (std::int64_t scale = 0; scale < made.scales(); ++scale) {
                for (std::int64_t layer = 0; layer < layers; ++layer) {
                    for (std::int64_t head = 0; head < heads; ++head) {
                        std::int64_t tokens = 0;
                        std::vector<std::int64_t> sources;
                        for (std::int64_t source = 0; source < scale; ++source) {
                            QCOMPARE(made.finds(scale, {source, head, layer}),
                                     stored.contains({source, head, layer}));
                            if (stored.contains({source, head, layer})) {
                                tokens += made.tokens(source);
                                sources.push_back(source);
                            }
                        }
                        QCOMPARE(made.found(scale, layer, head), tokens);
                        QVERIFY(made.sources(scale, layer, head) == sources);
                    }
                    if (scale + 1 == made.scales()) {
                        QVERIFY(made.early(scale, layer).empty() && made.own(scale, layer).empty());
                        continue;
                    }
                    for (const Segment& segment : made.early(scale, layer)) {
                        QVERIFY(segment.layer > layer && segment.source < scale);
                        QVERIFY(stored.erase(segment) == 1); // was there, and goes once
                    }
                    for (std::int64_t head = 0; head < heads; ++head)
                        stored.insert({scale, head, layer});
                    for (const Segment& segment : made.own(scale, layer)) {
                        QCOMPARE(segment.layer, layer);
                        QVERIFY(segment.source >= kWholeScales);
                        QVERIFY(stored.erase(segment) == 1);
                    }
                    QVERIFY(double(sum()) <= budget * double(weights));
                    peak = std::max(peak, sum());
                }
                if (scale + 1 == made.scales())
                    continue;
                for (const Segment& segment : segmentsUpTo(scale, made))
                    QCOMPARE(made.keeps(scale, segment), stored.contains(segment));
                // The fewest with which that is so: one less of each, and it is too much.
                if (const std::int64_t gone = made.goneOfEach(scale + 1); gone > 0) {
                    std::int64_t more = sum();
                    for (std::int64_t source = kWholeScales; source <= scale; ++source)
                        more += made.tokens(source) *
                                sequences[std::size_t(orders.of(source)[std::size_t(gone - 1)].layer)];
                    QVERIFY(double(more) > budget * double(weights));
                }
            }
            QCOMPARE(made.peak(sequences), peak);
        }
    }

    void aBudgetOfEverythingDropsNothing() {
        std::mt19937 random(1);
        const ScaleSchedule schedule = scaleSchedule("0.25M", 1.0);
        const std::vector<std::int64_t> sequences(3, 2);
        const HeadOrders orders = randomOrders(3, 2, 6, random);
        QVERIFY(!SegmentSchedule(schedule, orders, sequences, double(cachedTokens(schedule))).drops());
        QVERIFY(SegmentSchedule(schedule, orders, sequences, double(cachedTokens(schedule)) - 1).drops());
    }

    void oneLayerAloneLosesWhatItLosesAmongAll() {
        std::mt19937 random(2);
        const ScaleSchedule schedule = scaleSchedule("0.25M", 1.0);
        const SegmentSchedule all(schedule, randomOrders(3, 2, 6, random), std::vector<std::int64_t>(3, 2),
                                  90);
        const SegmentSchedule one = all.ofOneLayer(1);
        for (std::int64_t scale = 0; scale < all.scales(); ++scale)
            for (const Segment& segment : segmentsUpTo(scale, all)) {
                QCOMPARE(one.finds(scale, segment),
                         segment.layer == 1 ? all.finds(scale, segment) : segment.source < scale);
                if (scale + 1 < all.scales())
                    QCOMPARE(one.keeps(scale, segment), segment.layer != 1 || all.keeps(scale, segment));
            }
        QVERIFY(all.peak(std::vector<std::int64_t>(3, 2)) < one.peak(std::vector<std::int64_t>(3, 2)));
    }

    void lessThanTheWholeScalesIsRefused() {
        std::mt19937 random(1);
        const ScaleSchedule schedule = scaleSchedule("1M", 1.0); // the first three have 21 of 6,425 tokens
        const HeadOrders orders = randomOrders(2, 2, 9, random);
        const std::vector<std::int64_t> sequences(2, 2);
        const QString said = test::messageOf([&] { SegmentSchedule(schedule, orders, sequences, 20.9); });
        QVERIFY2(said.contains("21 tokens") && said.contains("at least 0.33 %") && said.count('.') == 2,
                 qPrintable(said));
        const SegmentSchedule least(schedule, orders, sequences, 21);
        for (std::int64_t head = 0; head < 2; ++head)
            QCOMPARE(least.found(12, 1, head), std::int64_t(21));
    }

    void ordersComeBackAsTheyWereWritten() {
        const HeadOrders orders = readHeadOrders(heatKvFolder() / "orders_2b.json");
        QCOMPARE(orders.bySource.size(), std::size_t(9));
        QCOMPARE(orders.layers(), std::int64_t(32));
        QCOMPARE(orders.heads(), std::int64_t(16));
        QVERIFY(headOrdersFromJson(toJson(orders), "test") == orders);
        // As the released calibration writes them.
        QVERIFY(headOrdersFromJson("{\"metadata\": {}, \"orders\": " + toJson(orders) + "}", "test") ==
                orders);
        QVERIFY(orders.of(11) == orders.bySource.back());
        QVERIFY(orders.of(40) == orders.bySource.back());
        QVERIFY(test::messageOf([&] { checkHeads(orders, 32, 16, "orders.json"); }).isEmpty());
        QVERIFY(test::messageOf([&] {
                    checkHeads(orders, 16, 32, "orders.json");
                }).contains("32 layers of 16 heads"));
    }

    void brokenOrderFilesAreRefused_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("mentions");
        QTest::newRow("no JSON") << "[[[0,0]"
                                 << "not valid JSON";
        QTest::newRow("a number") << "7"
                                  << "holds no head orders";
        QTest::newRow("nothing") << "[]"
                                 << "holds no head orders";
        QTest::newRow("an object") << "{\"a\": []}"
                                   << "holds no head orders";
        QTest::newRow("orders that are none") << "{\"orders\": 3}"
                                              << "holds no head orders";
        QTest::newRow("too many lists") << "[" + QString("[[0,0]],").repeated(200) + "[[0,0]]]"
                                        << "holds no head orders";
        QTest::newRow("an empty list") << "[[[0,0]],[]]"
                                       << "list 2 is not a list";
        QTest::newRow("a list of numbers") << "[[0,1]]"
                                           << "number 1";
        QTest::newRow("three numbers") << "[[[0,0],[0,1,2]]]"
                                       << "number 2";
        QTest::newRow("a fraction") << "[[[0,0.5]]]"
                                    << "number 1";
        QTest::newRow("text") << "[[[\"0\",0]]]"
                              << "number 1";
        QTest::newRow("negative") << "[[[-1,0]]]"
                                  << "number 1";
        QTest::newRow("huge") << "[[[18446744073709551615,0]]]"
                              << "number 1";
        QTest::newRow("large") << "[[[0,4294967296]]]"
                               << "number 1";
        QTest::newRow("twice") << "[[[0,0],[1,0],[0,0]]]"
                               << "head 0 of layer 0 twice";
        QTest::newRow("a hole") << "[[[0,0],[1,0],[0,1]]]"
                                << "3 pairs, not one for each of 2 heads";
        QTest::newRow("far away") << "[[[9999,9999]]]"
                                  << "not one for each of 10000 heads";
        QTest::newRow("another shape") << "[[[0,0],[1,0]],[[0,0],[0,1]]]"
                                       << "list 2 has other heads";
        QTest::newRow("too deep") << QString("[").repeated(100) + QString("]").repeated(100) << "deeply";
    }
    void brokenOrderFilesAreRefused() {
        QFETCH(QString, json);
        QFETCH(QString, mentions);
        const QString said =
            test::messageOf([&] { headOrdersFromJson(json.toStdString(), "my orders.json"); });
        QVERIFY2(said.startsWith("my orders.json") && said.contains(mentions) && said.endsWith('.'),
                 qPrintable(said));
    }
};

QTEST_APPLESS_MAIN(TestSegmentSchedule)
#include "tst_segment_schedule.moc"
