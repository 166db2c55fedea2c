// What a run's record says of itself, without a model: figures are made up.

#include "scalekv/layer_quantity.h"
#include "scalekv/run_record.h"

#include <nlohmann/json.hpp>

#include <QtTest/QtTest>

#include <cmath>
#include <sstream>

using namespace scalekv;

namespace {

/// As large as the largest model: 40 layers, 28 heads, 13 scales.
constexpr int kLayers = 40, kHeads = 28;

ScaleSchedule schedule() {
    return scaleSchedule("1M", 1.0);
}

HeadAttention head(int scale, double current, double top) {
    HeadAttention made;
    made.current = scale == 0 ? 1 : current;
    if (scale > 0)
        made.top = top;
    made.entropy = 1 + top;
    made.mass.assign(std::size_t(scale) + 1, scale == 0 ? 1.0 : (1 - current) / scale);
    made.mass.back() = made.current;
    return made;
}

/// Selectivity rises with the layer, but for layer 7, which is the lowest of its scale.
double topOf(int layer) {
    return layer == 7 ? 0.01 : 0.3 + 0.01 * layer;
}

LayerProgress progress(int scale, int layer) {
    auto attention = std::make_shared<LayerAttention>();
    attention->scale = scale;
    attention->layer = layer;
    const ScaleSchedule maps = schedule();
    attention->history = totalTokens(std::span(maps).first(std::size_t(scale)));
    attention->mean = head(scale, 0.5, topOf(layer));
    for (int h = 0; h < kHeads; ++h)
        attention->heads.push_back(head(scale, 0.5, topOf(layer) + 0.001 * (h - 0.5 * (kHeads - 1))));
    LayerProgress made{scale, layer, 1000 * (scale + 1) + layer, 0, {}, {}};
    made.attention = std::move(attention);
    made.kept = std::make_shared<const KeptTokens>(kHeads, made.attention->history);
    return made;
}

RunRecord recordUpTo(int scale, int layer) {
    RunRecord record(schedule(), kLayers, kHeads);
    for (int k = 0; k <= scale; ++k)
        for (int l = 0; l < (k == scale ? layer : kLayers); ++l)
            record.add(progress(k, l));
    return record;
}

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

std::ptrdiff_t fields(const std::string& line) {
    return 1 + std::count(line.begin(), line.end(), ',');
}

} // namespace

class TestRunRecord : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyRecordKnowsNothing() {
        const RunRecord record(schedule(), kLayers, kHeads);
        for (const LayerQuantityInfo& info : layerQuantities()) {
            const ScaleLayerTable table = quantityTable(record, info.quantity);
            QCOMPARE(table.size(), schedule().size());
            for (const auto& row : table) {
                QCOMPARE(row.size(), std::size_t(kLayers));
                for (const double value : row)
                    QVERIFY(std::isnan(value));
            }
            for (const auto& layer : headTable(record, info.quantity, 3)) {
                QCOMPARE(layer.size(), std::size_t(kHeads));
                for (const double value : layer)
                    QVERIFY(std::isnan(value));
            }
        }
        QCOMPARE(rolesOf(record).drafters(), std::int64_t(0));
        QCOMPARE(linesOf(toCsv(record)).size(), 1 + schedule().size() * kLayers);
        QVERIFY(nlohmann::json::parse(toJson(record)).at("by_layer").at("entropy")[0][0].is_null());
        // Neither a run of nothing nor one of no plan at all is special.
        QCOMPARE(linesOf(toCsv(RunRecord())).size(), std::size_t(1));
        QVERIFY(quantityTable(RunRecord(), LayerQuantity::Role).empty());
    }

    void everyQuantityIsExplained() {
        int index = 0;
        for (const LayerQuantityInfo& info : layerQuantities()) {
            QCOMPARE(int(info.quantity), index++);
            QCOMPARE(infoOf(info.quantity).key, info.key);
            QVERIFY(!info.key.empty() && !info.label.empty() && !info.equation.empty());
            QVERIFY(info.sentence.ends_with('.'));
        }
        QCOMPARE(index, 8);
    }

    void quantitiesOfAWholeRun() {
        const RunRecord record = recordUpTo(12, kLayers);
        for (int k = 0; k < 13; ++k)
            QVERIFY(record.complete(k));
        const ScaleLayerTable asi = quantityTable(record, LayerQuantity::Selectivity);
        const ScaleLayerTable z = quantityTable(record, LayerQuantity::ZScore);
        const ScaleLayerTable roles = quantityTable(record, LayerQuantity::Role);
        for (int l = 0; l < kLayers; ++l)
            QVERIFY(std::isnan(asi[0][std::size_t(l)]) && std::isnan(z[0][std::size_t(l)]) &&
                    std::isnan(roles[0][std::size_t(l)]));
        QCOMPARE(asi[5][3], 0.5 * topOf(3));
        QCOMPARE(quantityTable(record, LayerQuantity::Current)[5][3], 0.5);
        QCOMPARE(quantityTable(record, LayerQuantity::Top)[5][3], topOf(3));
        QCOMPARE(quantityTable(record, LayerQuantity::Entropy)[5][3], 1 + topOf(3));
        QCOMPARE(quantityTable(record, LayerQuantity::Kept)[2][3], 5.0);
        QCOMPARE(quantityTable(record, LayerQuantity::Bytes)[2][3], 3003.0);

        const RoleTable assigned = rolesOf(record);
        QCOMPARE(assigned.drafters(), std::int64_t(30)); // 12 scales · 40 layers / 16
        for (std::size_t k = 1; k < 13; ++k) {
            QCOMPARE(roles[k][7], 1.0); // the lowest everywhere
            QCOMPARE(roles[k][39], 0.0);
            for (std::size_t l = 0; l < std::size_t(kLayers); ++l)
                QCOMPARE(roles[k][l], assigned.rows[k][l] ? 1.0 : 0.0);
        }
    }

    void quantitiesByHead() {
        const RunRecord record = recordUpTo(12, kLayers);
        const auto at = [&](LayerQuantity quantity, int scale, std::size_t layer, std::size_t h) {
            return headTable(record, quantity, scale)[layer][h];
        };
        const HeadAttention& third = record.attention[4][9]->heads[2];
        QCOMPARE(at(LayerQuantity::Selectivity, 4, 9, 2), third.asi());
        QCOMPARE(at(LayerQuantity::Top, 4, 9, 2), third.top);
        QCOMPARE(at(LayerQuantity::Entropy, 4, 9, 2), third.entropy);
        QCOMPARE(at(LayerQuantity::Kept, 2, 9, 2), 5.0);
        QCOMPARE(at(LayerQuantity::Bytes, 4, 9, 2), 5009.0 / kHeads);
        QCOMPARE(at(LayerQuantity::Role, 4, 7, 2), 1.0);
        QCOMPARE(at(LayerQuantity::Role, 4, 39, 2), 0.0);
        // Among all heads of the scale: mean 0, deviation 1.
        double sum = 0, squares = 0;
        for (const auto& layer : headTable(record, LayerQuantity::ZScore, 4))
            for (const double value : layer) {
                sum += value;
                squares += value * value;
            }
        QVERIFY(std::abs(sum) < 1e-6);
        QVERIFY(std::abs(squares / (kLayers * kHeads) - 1) < 1e-9);
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, headTable(record, LayerQuantity::Role, 13));
    }

    /// A scale that is not finished has figures, but neither Z-scores nor roles; the others keep theirs.
    void aHalfFilledRecord() {
        const RunRecord record = recordUpTo(6, 11);
        QVERIFY(record.complete(5) && !record.complete(6));
        QVERIFY(!std::isnan(quantityTable(record, LayerQuantity::Selectivity)[6][10]));
        QVERIFY(std::isnan(quantityTable(record, LayerQuantity::Selectivity)[6][11]));
        QVERIFY(std::isnan(quantityTable(record, LayerQuantity::ZScore)[6][10]));
        QVERIFY(std::isnan(headTable(record, LayerQuantity::ZScore, 6)[10][0]));
        QVERIFY(std::isnan(quantityTable(record, LayerQuantity::Role)[6][10]));
        QCOMPARE(quantityTable(record, LayerQuantity::Role)[5][7], 1.0);
        QCOMPARE(rolesOf(record).drafters(), std::int64_t(13)); // of 5 · 40 pairs: 12.5, rounded
        QCOMPARE(rolesOf(record).drafters(6), std::int64_t(0));
    }

    /// Without KeptTokens the probe's own number serves.
    void keptIsKnownFromEither() {
        RunRecord record(schedule(), kLayers, kHeads);
        LayerProgress made = progress(3, 0);
        made.kept = nullptr;
        record.add(made);
        QCOMPARE(quantityTable(record, LayerQuantity::Kept)[3][0], 21.0);
        made.kept =
            std::make_shared<const KeptTokens>(21, std::vector<std::vector<std::int32_t>>{{0, 4, 20}});
        made.attention = nullptr;
        record.add(made);
        QCOMPARE(quantityTable(record, LayerQuantity::Kept)[3][0], 3.0);
    }

    void whatDoesNotFitIsRefused() {
        RunRecord record(schedule(), kLayers, kHeads);
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, record.add(progress(0, 40)));
        LayerProgress beyond = progress(0, 0);
        beyond.scale = 13;
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, record.add(beyond));
        const ScaleBits bits{{1, 1}, 32, 1, std::vector<std::uint8_t>(4, 0xa5)};
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, record.add(1, bits)); // not next
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, record.add(-1, bits));
        record.add(0, bits);
        record.add(0, bits);
        QCOMPARE(record.bits.size(), std::size_t(1));
    }

    void bytesAreCounted() {
        RunRecord record = recordUpTo(12, kLayers);
        const std::int64_t before = record.bytes();
        // 13 · 40 layers of 28 heads with up to 13 numbers each.
        QVERIFY2(before > 500'000 && before < 4'000'000, qPrintable(QString::number(before)));
        record.add(0, ScaleBits{{1, 1}, 32, 1, std::vector<std::uint8_t>(4)});
        QVERIFY(record.bytes() >= before + 4);
        LayerProgress evicted = progress(12, 0);
        evicted.kept =
            std::make_shared<const KeptTokens>(64000, std::vector<std::vector<std::int32_t>>{{0, 63999}});
        record.add(evicted);
        QVERIFY(record.bytes() >= before + 8000);
    }

    void tablesForSpreadsheets() {
        const RunRecord record = recordUpTo(12, kLayers);
        const RoleTable calibrated = rolesOf(record);
        const std::vector<std::string> lines = linesOf(toCsv(record, &calibrated));
        QCOMPARE(lines.size(), std::size_t(1 + 13 * kLayers));
        QVERIFY(lines[0].starts_with("scale,height,width,layer,role,selectivity,current,top,z_score,entropy,"
                                     "kept,bytes,mass_scale_1,"));
        for (const std::string& line : lines)
            QCOMPARE(fields(line), fields(lines[0]));
        QVERIFY(lines[1].starts_with("1,1,1,1,,,1.0,,,"));
        const std::string& eighth = lines[1 + kLayers + 7];
        QVERIFY2(eighth.starts_with("2,2,2,8,drafter,0.005,0.5,0.01,-"), eighth.c_str());
        QVERIFY(eighth.ends_with(",drafter\r"));
        QCOMPARE(fields(linesOf(toCsv(record))[0]), fields(lines[0]) - 1);

        const std::vector<std::string> heads = linesOf(headsToCsv(record));
        QCOMPARE(heads.size(), std::size_t(1 + 13 * kLayers * kHeads));
        for (const std::string& line : heads)
            QCOMPARE(fields(line), fields(heads[0]));
    }

    void json() {
        const RunRecord record = recordUpTo(3, kLayers);
        const auto read = nlohmann::json::parse(toJson(record));
        QCOMPARE(read.at("quantities").size(), std::size_t(8));
        QCOMPARE(read.at("by_layer").at("selectivity")[2][7].get<double>(), 0.5 * 0.01);
        QVERIFY(read.at("by_layer").at("selectivity")[0][7].is_null());
        QCOMPARE(read.at("by_head").at("top")[2][7].size(), std::size_t(kHeads));
        QCOMPARE(read.at("mass_by_scale")[3][0].size(), std::size_t(4));
        QVERIFY(read.at("mass_by_scale")[4][0].is_null());
        QCOMPARE(read.at("roles").at("run")[1].get<std::string>().at(7), 'd');
        QCOMPARE(read.at("roles").at("run")[1].get<std::string>().at(39), '.');
        QVERIFY(read.at("roles").at("calibration").is_null());
    }
};

QTEST_APPLESS_MAIN(TestRunRecord)
#include "tst_run_record.moc"
