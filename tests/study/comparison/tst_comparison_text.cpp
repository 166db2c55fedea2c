#include "scalekv/comparison_summary.h"
#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "tests/mutate.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <set>

using namespace scalekv;
using nlohmann::json;

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

PolicyChoice choiceOf(const std::string& name, double fraction) {
    PolicyChoice choice;
    choice.name = name;
    choice.budget.fraction = fraction;
    return choice;
}

/// Three choices, two prompts, nothing measured. No model is needed to write and read results.
Comparison planned() {
    Comparison comparison;
    comparison.settings.request.prompts = {"a fox, \"red\"", "an owl"};
    comparison.settings.seeds = {7};
    comparison.settings.choices = {choiceOf("snapkv", 0.04), choiceOf("scalekv", 0.04),
                                   choiceOf("snapkv", 0.2)};
    comparison.settings.request.size = "0.06M";
    comparison.model = {"Demo", "sha1:1", "sha1:2", "sha1:3"};
    comparison.precision = "fp32";
    comparison.device = "cpu";
    comparison.program = "scalekv 1.2.3";
    comparison.schedule = {{1, 1}, {2, 2}};
    return comparison;
}

ChoiceRecord recordOf(int prompt, int choice, double kl, double psnr) {
    ChoiceRecord record{{prompt, 7}, choice, {}, {}};
    const RunCost cost{3 << 20, 4 << 20, 500, 1.5, 0.25};
    record.teacherForced = {kl, 0.125, {0, 1.25 * kl}, {0, 0.15625}, cost};
    record.free = {psnr, 0.75, 0.25, {0, 0.3125}, cost};
    return record;
}

Comparison measured() {
    Comparison comparison = planned();
    for (int prompt = 0; prompt < 2; ++prompt) {
        comparison.full.push_back({{prompt, 7}, {10 << 20, 11 << 20, 500, 1.0, 0}, "0123456789abcdef"});
        comparison.records.push_back(recordOf(prompt, 0, 0.04 + prompt * 0.02, 20 + prompt * 4));
        comparison.records.push_back(recordOf(prompt, 1, 0.01, 30));
        comparison.records.push_back(recordOf(prompt, 2, 0.001, prompt == 0 ? kInfinite : 40));
    }
    return comparison;
}

/// With LPIPS, of one picture more than of the others.
Comparison withLpips() {
    Comparison comparison = measured();
    comparison.settings.lpips = "lpips-alex sha1:4 sha1:5";
    comparison.records[0].free->lpips = 0.125;
    comparison.records[3].free->lpips = 0.375;
    return comparison;
}

/// What continueFrom() complains about; empty where it does not.
QString complaint(Comparison& comparison, const std::string& text) {
    try {
        continueFrom(comparison, text, "results.json");
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

/// Wrapped, for Qt takes a bare function apart.
template <typename T>
struct Change {
    std::function<void(T&)> apply;
};

} // namespace

class TestComparisonText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void spread() {
        const Spread four = spreadOf({2, 4, 4, 6});
        QCOMPARE(four.mean, 4.0);
        QCOMPARE(four.deviation, std::sqrt(8.0 / 3));
        QCOMPARE(spreadOf({3}).mean, 3.0);
        QVERIFY(std::isnan(spreadOf({3}).deviation));
        QCOMPARE(spreadOf({3, kInfinite}).mean, kInfinite);
        QVERIFY(std::isnan(spreadOf({3, kInfinite}).deviation));
    }

    void closestComesFirstWithinABudget() {
        const Comparison comparison = measured();
        const auto order = [&comparison] {
            std::vector<int> choices;
            for (const ChoiceSummary& summary : ranked(comparison, summarise(comparison)))
                choices.push_back(summary.choice);
            return choices;
        };
        QCOMPARE(order(), (std::vector{1, 0, 2})); // 4 %: scalekv, snapkv; then 20 %
        const ChoiceSummary snap = summarise(comparison).front();
        QCOMPARE(snap.pairs, 2);
        QCOMPARE(snap.kl->mean, 0.05);
        QCOMPARE(snap.psnr->mean, 22.0);
        QCOMPARE(snap.psnr->deviation, std::sqrt(8.0));
        QCOMPARE(snap.cost.kvBytes.mean, double(3 << 20));
    }

    void withoutTeacherForcingPsnrRanks() {
        Comparison comparison = measured();
        comparison.settings.mode = ComparisonMode::Free;
        for (ChoiceRecord& record : comparison.records) {
            record.teacherForced.reset();
            if (record.choice == 1)
                record.free->psnr = 10;
        }
        const auto order = ranked(comparison, summarise(comparison));
        QCOMPARE(order[0].choice, 0);
        QCOMPARE(order[1].choice, 1);
        QVERIFY(!order[0].kl);
    }

    void theTableIsAligned() {
        const QString table = QString::fromStdString(toTable(measured()));
        const QStringList lines = table.split(QLatin1Char('\n'));
        QVERIFY(lines[0].startsWith(QStringLiteral("policy")));
        QVERIFY(lines[1].startsWith(QStringLiteral("full")));
        QVERIFY(lines[2].startsWith(QStringLiteral("scalekv  4 %")));
        QVERIFY(lines[2].contains(QStringLiteral(" 0.01000 ± 0.00000 ")));
        QVERIFY(lines[3].contains(QStringLiteral(" 22.00 ± 2.83 ")));
        QVERIFY(lines[4].contains(QStringLiteral(" inf ")));
        for (int n = 1; n < 5; ++n)
            QCOMPARE(lines[n].size(), lines[0].size()); // the last column stands right
    }

    void csvHasARowForEveryPicture() {
        const QString csv = QString::fromStdString(toCsv(measured()));
        const QStringList lines = csv.split(QStringLiteral("\r\n"), Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 1 + 2 * 4);
        QVERIFY(lines[1].startsWith(QStringLiteral("1,\"a fox, \"\"red\"\"\",7,full,,,,,,,10485760,")));
        QCOMPARE(lines[2], QStringLiteral("1,\"a fox, \"\"red\"\"\",7,snapkv,4 %,0.04,0.125,20.0,0.75,0.25,"
                                          "3145728,4194304,500,1.5,0.25,"
                                          "pictures/001-seed7-snapkv-4pct.png"));
        QVERIFY(lines[4].contains(QStringLiteral(",inf,")));
        for (const QString& line : lines.mid(5)) // without commas in quotes
            QCOMPARE(line.count(QLatin1Char(',')), lines[0].count(QLatin1Char(',')));
    }

    void lpipsHasItsPlaceEverywhere() {
        const Comparison comparison = withLpips();
        const QString table = QString::fromStdString(toTable(comparison));
        QVERIFY(table.contains(QStringLiteral("SSIM   LPIPS")) && table.contains(QStringLiteral("0.2500")));
        QVERIFY(table.contains(QStringLiteral("SSIM, LPIPS, free bits")));
        QVERIFY(!QString::fromStdString(toTable(measured())).contains(QStringLiteral("LPIPS")));
        const QStringList lines =
            QString::fromStdString(toCsv(comparison)).split(QStringLiteral("\r\n"), Qt::SkipEmptyParts);
        QVERIFY(lines[0].contains(QStringLiteral(",free_bits,lpips,kv_bytes,")));
        QVERIFY(lines[2].contains(QStringLiteral(",0.25,0.125,3145728,")));
        for (const QString& line : lines.mid(5))
            QCOMPARE(line.count(QLatin1Char(',')), lines[0].count(QLatin1Char(',')));
        const json results = json::parse(toJson(comparison));
        QCOMPARE(results["settings"]["lpips"].get<std::string>(), comparison.settings.lpips);
        QCOMPARE(results["records"][0]["free"]["lpips"].get<double>(), 0.125);
        QCOMPARE(results["summary"][0]["free"]["lpips"]["mean"].get<double>(), 0.25);
        QVERIFY(!json::parse(toJson(measured()))["settings"].contains("lpips"));
        Comparison again = planned();
        again.settings.lpips = comparison.settings.lpips;
        continueFrom(again, toJson(comparison), "results.json");
        QCOMPARE(toJson(again), toJson(comparison));
    }

    void resultsWithAndWithoutLpipsDoNotMix() {
        Comparison without = planned();
        const QString toWith = complaint(without, toJson(withLpips()));
        QVERIFY2(toWith.contains(QStringLiteral("other settings")) &&
                     toWith.contains(QStringLiteral("LPIPS")),
                 qPrintable(toWith));
        Comparison with = planned();
        with.settings.lpips = withLpips().settings.lpips;
        QVERIFY(complaint(with, toJson(measured())).contains(QStringLiteral("LPIPS")));
        Comparison other = planned();
        other.settings.lpips = "lpips-vgg sha1:4 sha1:5";
        QVERIFY(complaint(other, toJson(withLpips())).contains(QStringLiteral("LPIPS")));
        QVERIFY(complaint(with, toJson(withLpips())).isEmpty());
    }

    void jsonDescribesItself() {
        const json results = json::parse(toJson(measured()));
        QCOMPARE(results["scalekv_comparison"].get<int>(), 2);
        QCOMPARE(results["model"]["name"].get<std::string>(), std::string("Demo"));
        QCOMPARE(results["settings"]["policies"].size(), std::size_t(3));
        QCOMPARE(results["settings"]["policies"][1]["budget_fraction"].get<double>(), 0.04);
        QCOMPARE(results["records"].size(), std::size_t(6));
        QVERIFY(results["records"][0]["teacher_forced"]["kl_per_scale"] == json({0.0, 0.05}));
        QVERIFY(results["records"][2]["free"]["psnr"].is_null()); // JSON has no infinity
        QCOMPARE(results["summary"][0]["teacher_forced"]["kl"]["mean"].get<double>(), 0.05);
        QVERIFY(results["summary"][2]["free"]["psnr"]["mean"].is_null());
        QVERIFY(results["figures"]["kl"].is_string());
    }

    void readingGivesWhatWasWritten() {
        const std::string text = toJson(measured());
        Comparison again = planned();
        QCOMPARE(complaint(again, text), QString());
        QVERIFY(again.complete());
        QCOMPARE(again.recordOf({0, 7}, 2)->free->psnr, kInfinite);
        QCOMPARE(toJson(again), text);
    }

    void promptsNeedNotBeUtf8() {
        Comparison strange = measured();
        strange.settings.request.prompts[0] = "caf\xe9";
        Comparison again = planned();
        again.settings.request.prompts = strange.settings.request.prompts;
        QCOMPARE(complaint(again, toJson(strange)), QString());
        QVERIFY(again.complete());
    }

    void otherSettingsAreNamed_data() {
        QTest::addColumn<Change<Comparison>>("change");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, const std::function<void(Comparison&)>& change,
                            const char* names) {
            QTest::newRow(name) << Change<Comparison>{change} << QString::fromLatin1(names);
        };
        row(
            "seeds", [](Comparison& c) { c.settings.seeds.push_back(8); },
            "(settings seeds are [7], not [7,8])");
        row(
            "prompts", [](Comparison& c) { c.settings.request.prompts[1] = "a cat"; },
            "(settings prompt is [\"a fox, \\\"red\\\"\",\"an owl\"], not [\"a fox, \\\"red\\\"\",\"a "
            "cat\"])");
        row(
            "policies", [](Comparison& c) { c.settings.choices.pop_back(); },
            "(settings policies are snapkv 4 %, scalekv 4 %, snapkv 20 %, not snapkv 4 %, scalekv 4 %)");
        row(
            "order of policies",
            [](Comparison& c) { std::swap(c.settings.choices[0], c.settings.choices[1]); },
            "(settings policies are snapkv 4 %, scalekv 4 %, snapkv 20 %, not scalekv 4 %, snapkv 4 %, "
            "snapkv "
            "20 %)");
        row(
            "mode", [](Comparison& c) { c.settings.mode = ComparisonMode::Free; },
            "(settings mode is \"both\", not \"free\")");
        row(
            "request",
            [](Comparison& c) {
                c.settings.request.cfg = {3};
                c.settings.request.topP = 0.5;
            },
            "(settings cfg is 4.0, not 3.0)");
        row(
            "weights", [](Comparison& c) { c.model.vae = "sha1:4"; },
            "(model vae is \"sha1:3\", not \"sha1:4\")");
        row(
            "roles",
            [](Comparison& c) {
                c.settings.choices[1].roles = RoleTable{{{false, false}, {true, false}}};
            },
            "(settings policies (number 2) roles are missing, not [\"..\",\"d.\"])");
        row(
            "precision", [](Comparison& c) { c.precision = "bf16"; },
            "(model precision is \"fp32\", not \"bf16\")");
        row(
            "program", [](Comparison& c) { c.program = "scalekv 2"; },
            "(program is \"scalekv 1.2.3\", not \"scalekv 2\")");
        row(
            "schedule",
            [](Comparison& c) {
                c.schedule.push_back({3, 3});
            },
            "(schedule is [[1,1],[2,2]], not [[1,1],[2,2],[3,3]])");
    }
    void otherSettingsAreNamed() {
        QFETCH(Change<Comparison>, change);
        QFETCH(QString, names);
        Comparison other = planned();
        change.apply(other);
        const QString said = complaint(other, toJson(measured()));
        QVERIFY2(said.contains(names) && said.contains(QStringLiteral("results.json")), qPrintable(said));
        QVERIFY(other.records.empty() && other.full.empty());
    }

    void damagedResults_data() {
        QTest::addColumn<Change<json>>("change");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, const std::function<void(json&)>& change, const char* names) {
            QTest::newRow(name) << Change<json>{change} << QString::fromLatin1(names);
        };
        row(
            "not an object", [](json& j) { j = json::array(); }, "object");
        row(
            "something else", [](json& j) { j.erase("scalekv_comparison"); }, "scalekv_comparison");
        row(
            "newer", [](json& j) { j["scalekv_comparison"] = 3; }, "newer program");
        row(
            "older", [](json& j) { j["scalekv_comparison"] = 1; }, "older program");
        row(
            "no settings", [](json& j) { j.erase("settings"); }, "settings");
        row(
            "no records", [](json& j) { j.erase("records"); }, "records");
        row(
            "records are a text", [](json& j) { j["records"] = "x"; }, "records");
        row(
            "a record is a number", [](json& j) { j["records"][1] = 3; }, "object");
        row(
            "unknown prompt", [](json& j) { j["records"][0]["prompt"] = 2; }, "prompt");
        row(
            "unknown seed", [](json& j) { j["records"][0]["seed"] = 8; }, "seed");
        row(
            "no seed", [](json& j) { j["records"][0].erase("seed"); }, "seed");
        row(
            "unknown policy", [](json& j) { j["records"][0]["budget"] = "10 %"; }, "policy");
        row(
            "twice", [](json& j) { j["records"].push_back(j["records"][0]); }, "twice");
        row(
            "full twice", [](json& j) { j["full"].push_back(j["full"][0]); }, "twice");
        row(
            "full run missing", [](json& j) { j["full"].erase(0); }, "full run");
        row(
            "half a record", [](json& j) { j["records"][0].erase("free"); }, "free");
        row(
            "negative kl", [](json& j) { j["records"][0]["teacher_forced"]["kl"] = -1; }, "kl");
        row(
            "kl is a text", [](json& j) { j["records"][0]["teacher_forced"]["kl"] = "0"; }, "kl");
        row(
            "share beyond 1", [](json& j) { j["records"][0]["free"]["bits"] = 1.5; }, "bits");
        row(
            "ssim missing", [](json& j) { j["records"][0]["free"]["ssim"] = nullptr; }, "ssim");
        row(
            "too few scales", [](json& j) { j["records"][0]["free"]["bits_per_scale"].erase(0); },
            "bits_per_scale");
        row(
            "scale is a text", [](json& j) { j["records"][0]["free"]["bits_per_scale"][0] = "0"; },
            "bits_per_scale");
        row(
            "negative bytes", [](json& j) { j["full"][0]["kv_bytes"] = -1; }, "kv_bytes");
    }
    void damagedResults() {
        QFETCH(Change<json>, change);
        QFETCH(QString, names);
        json results = json::parse(toJson(measured()));
        change.apply(results);
        Comparison comparison = planned();
        const QString said = complaint(comparison, results.dump());
        QVERIFY2(said.contains(names) && said.contains(QStringLiteral("results.json")), qPrintable(said));
        QVERIFY(comparison.records.empty() && comparison.full.empty());
    }

    void anyBytesAreAnErrorAndNothingWorse() {
        const std::string text = toJson(measured());
        int refused = 0;
        for (std::uint32_t seed = 0; seed < 2000; ++seed) {
            Comparison comparison = planned();
            if (!complaint(comparison, test::mutate(text, seed)).isEmpty()) {
                ++refused;
                QVERIFY(comparison.records.empty());
            }
        }
        QVERIFY(refused > 1000); // some damage hits only what is not read again
    }

    void pictureNamesDiffer() {
        Comparison comparison = planned();
        comparison.settings.choices.push_back(PolicyChoice{}); // full
        PolicyChoice tokens = choiceOf("snapkv", 1);
        tokens.budget.tokens = 650;
        comparison.settings.choices.push_back(tokens);
        std::set<std::string> names{pictureName(comparison, {0, 7}, {})};
        for (int choice = 0; choice < int(comparison.settings.choices.size()); ++choice)
            names.insert(pictureName(comparison, {0, 7}, choice));
        QCOMPARE(names.size(), std::size_t(6));
        QVERIFY(names.contains("pictures/001-seed7-full.png"));
        QVERIFY(names.contains("pictures/001-seed7-snapkv-650tokens.png"));
    }
};

QTEST_APPLESS_MAIN(TestComparisonText)
#include "tst_comparison_text.moc"
