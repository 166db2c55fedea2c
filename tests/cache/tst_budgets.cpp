// How budgets are divided, and the released code's budget files.

#include "engine/cache/allocation.h"
#include "engine/cache/budgets.h"
#include "engine/cache/reference_budgets.h"
#include "scalekv/budget_list.h"
#include "scalekv/error.h"
#include "scalekv/feasible_choices.h"
#include "scalekv/policy_choice.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <fstream>
#include <numeric>
#include <random>

using namespace scalekv;

namespace {

/// Layers 0 and 23 of 32, as the released 2B budgets have them.
RoleTable released2b() {
    std::vector<bool> row(32, false);
    row[0] = row[23] = true;
    return {{row}};
}

RoleTable randomRoles(std::mt19937& random, std::size_t scales, std::size_t layers) {
    RoleTable roles;
    for (std::size_t k = 0; k < scales; ++k) {
        std::vector<bool> row(layers, false);
        if (k > 0)
            for (std::size_t l = 0; l < layers; ++l)
                row[l] = random() % 5 == 0;
        roles.rows.push_back(row);
    }
    return roles;
}

std::string errorOf(const std::function<void()>& f) {
    try {
        f();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

class TestBudgets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void budgetsAsPeopleWriteThem_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("fraction");
        QTest::addColumn<int>("tokens");
        QTest::newRow("percent") << "10%" << 0.1 << 0;
        QTest::newRow("percent with a space") << "2.5 %" << 0.025 << 0;
        QTest::newRow("fraction") << "0.04" << 0.04 << 0;
        QTest::newRow("all") << "100%" << 1.0 << 0;
        QTest::newRow("one percent") << "1%" << 0.01 << 0;
        QTest::newRow("two tokens") << "2" << 1.0 << 2;
        QTest::newRow("tokens") << "650" << 1.0 << 650;
    }
    void budgetsAsPeopleWriteThem() {
        QFETCH(QString, text);
        QFETCH(double, fraction);
        QFETCH(int, tokens);
        const Budget budget = Budget::parse(text.toStdString());
        QCOMPARE(budget.fraction, fraction);
        QCOMPARE(budget.tokens, std::int64_t(tokens));
    }

    void everyMistakeIsNamed_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing") << ""
                                 << "The budget has no number; give a share of the history (10%, 0.1), a "
                                    "number of tokens (650), or of bytes";
        QTest::newRow("percent of nothing") << "%"
                                            << "The budget has no number";
        QTest::newRow("word") << "much"
                              << "\"much\" is not a budget; give";
        QTest::newRow("zero") << "0%"
                              << "A budget of \"0%\" would keep nothing; give";
        QTest::newRow("below zero") << "-5"
                                    << "A budget of \"-5\" would keep nothing; give";
        QTest::newRow("too much") << "150%"
                                  << "A budget of \"150%\" is more than everything; give";
        QTest::newRow("comma") << "2,5%"
                               << "\"2,5%\" has a comma; write 2.5% with a point.";
        QTest::newRow("comma in a fraction") << "0,1"
                                             << "\"0,1\" has a comma; write 0.1 with a point.";
        QTest::newRow("all or one")
            << "1"
            << "A budget of \"1\" could be everything or one token; write 100%, or a larger";
        QTest::newRow("part of a token") << "2.5"
                                         << "\"2.5\" is not a whole number of tokens; write 2.5% for";
        QTest::newRow("more than any") << "1e12"
                                       << "A budget of \"1e12\" tokens is more than any model has";
        QTest::newRow("no bytes") << "0.4B"
                                  << "A budget of \"0.4B\" would keep nothing";
        QTest::newRow("a unit alone") << "MiB"
                                      << "The budget has no number";
        QTest::newRow("too many bytes") << "2000TiB"
                                        << "A budget of \"2000TiB\" is more than any model has";
        QTest::newRow("bytes with a comma") << "3,5 MiB"
                                            << "\"3,5 MiB\" has a comma; write 3.5 MiB with a point.";
        QTest::newRow("half a unit") << "5iB"
                                     << "\"5iB\" is not a budget";
        QTest::newRow("control characters") << "\x1b[31m"
                                            << "\"?[31m\" is not a budget";
    }
    void everyMistakeIsNamed() {
        QFETCH(QString, text);
        QFETCH(QString, says);
        const QString said = QString::fromStdString(errorOf([&] { Budget::parse(text.toStdString()); }));
        QVERIFY2(said.startsWith(says), qPrintable(said));
    }

    void whatIsNotABudgetIsAnError() {
        for (const char* text :
             {"", "ten", "0", "-5", "0%", "101%", "nan", "inf", "1e400", "12.5", "10%%", "5x", "1e30"})
            QVERIFY2(!errorOf([&] { Budget::parse(text); }).empty(), text);
        Budget budget;
        for (const double fraction : {0.0, -1.0, 1.5, std::nan("")}) {
            budget.fraction = fraction;
            QVERIFY(!errorOf([&] { budget.inTokens({6425, 1}); }).empty());
        }
    }

    void fractionsAreOfWhatTheLastScaleAttendsTo() {
        const ScaleSchedule schedule = scaleSchedule("1M", 1.0);
        QCOMPARE(cachedTokens(schedule), std::int64_t(6425));
        const WholeHistory history{cachedTokens(schedule), 1000};
        QCOMPARE(Budget::parse("10%").inTokens(history), std::int64_t(643));
        QCOMPARE(Budget::parse("100%").inTokens(history), std::int64_t(6425));
        QCOMPARE(Budget::parse("650").inTokens(history), std::int64_t(650));
        QCOMPARE(Budget::parse("99999").inTokens(history), std::int64_t(6425));
    }

    void bytesAreOfAWholePicture() {
        const WholeHistory history{6425, 2 << 20}; // Infinity-2B in bf16, guided: 2 MiB a token
        QCOMPARE(Budget::parse("20MiB").inTokens(history), std::int64_t(10));
        QCOMPARE(Budget::parse("20.9 MiB").inTokens(history),
                 std::int64_t(10)); // never more bytes than these
        QCOMPARE(Budget::parse("1GiB").inTokens(history), std::int64_t(512));
        QCOMPARE(Budget::parse("99GiB").inTokens(history), std::int64_t(6425));
        QCOMPARE(Budget::parse("3MiB").averageTokens(history), 1.5);
        const auto said = QString::fromStdString(errorOf([&] { Budget::parse("1 MiB").inTokens(history); }));
        QCOMPARE(said, "A budget of 1 MiB holds not even one token, which takes 2.0 MiB here; choose more.");
        const std::array<std::pair<const char*, std::int64_t>, 9> forms{{{"1B", 1},
                                                                         {"1.5KiB", 1536},
                                                                         {"1kib", 1024},
                                                                         {"3.5 MiB", 3670016},
                                                                         {"1KB", 1000},
                                                                         {"2.5mb", 2500000},
                                                                         {"1GB", 1000000000},
                                                                         {"1TB", 1000000000000},
                                                                         {"1 TiB", std::int64_t{1} << 40}}};
        for (const auto& [text, bytes] : forms) {
            QCOMPARE(Budget::parse(text).bytes, bytes);
            QCOMPARE(Budget::parse(text).tokens, std::int64_t(0));
        }
        for (const char* text :
             {"3.5 MiB", "10.4 MiB", "10 MiB", "500 KiB", "1.54 GiB", "400 MB", "12345 B", "1536 B",
              "999999999999999 B", "1 TiB", "7 B"}) { // names are told apart by them
            QCOMPARE(Budget::parse(text).text(), std::string(text));
            QCOMPARE(Budget::parse(Budget::parse(text).text()), Budget::parse(text));
        }
    }

    void budgetsAreListed() {
        const std::vector<Budget> paper(kPaperBudgets.begin(), kPaperBudgets.end());
        for (const char* text : {"4%,10%,20%", "4%, 10%, 20%", "4 % 10 % 20 %", "4%;10%;20%",
                                 "0.04\n0.1\n0.2\n", " 4%,,10%,20%, "})
            QCOMPARE(parseBudgets(text), paper);
        const std::vector<Budget> mixed{Budget::parse("650"), Budget::parse("10%"), Budget::parse("3.5MiB")};
        for (const char* text : {"650,10%,3.5MiB", "650 10 % 3.5 MiB", "650, 10%, 3.5 MiB"})
            QCOMPARE(parseBudgets(text), mixed);
        QCOMPARE(parseBudgets("650,1300").size(), std::size_t(2));
        QCOMPARE(parseBudgets("3, 5 MiB").size(), std::size_t(2));
        QVERIFY(parseBudgets(" , ;\n").empty());
        const std::array<std::pair<const char*, const char*>, 4> decimals{
            {{"3,5 MiB", "3.5 MiB"}, {"10%, 3,5MiB", "3.5MiB"}, {"2,5%", "2.5%"}, {"0,1", "0.1"}}};
        for (const auto& [text, meant] : decimals) {
            const QString said = QString::fromStdString(errorOf([&] { parseBudgets(text); }));
            QVERIFY2(said.contains("; write " + QString(meant)), qPrintable(said));
            QCOMPARE(said.contains("could be one budget or two"), *text != '0'); // nothing is no budget
        }
        for (const char* text : {"MiB", "10%,much", "% 10", "10%%", "4% MiB", "-1"})
            QVERIFY2(!errorOf([&] { parseBudgets(text); }).empty(), text);
    }

    void reasonsAreGivenOnce() {
        std::vector<PolicyChoice> all;
        for (const char* name : {"snapkv", "hack", "pyramidkv", "spectral", "heatkv"}) {
            all.emplace_back();
            all.back().name = name;
        }
        const auto found = feasibleChoices(all, [](const PolicyChoice& choice) -> std::string {
            return choice.name.ends_with("kv")
                       ? (choice.name == "heatkv" ? "Three scales stay." : "A window.")
                       : "";
        });
        QCOMPARE(found.choices, (std::vector<PolicyChoice>{all[1], all[3]}));
        QCOMPARE(found.leftOut.size(), std::size_t(2));
        QCOMPARE(found.leftOut[0].why, std::string("A window."));
        QCOMPARE(found.leftOut[0].which, (std::vector<PolicyChoice>{all[0], all[2]}));
        QCOMPARE(found.leftOut[1].which, (std::vector<PolicyChoice>{all[4]}));
        QVERIFY(feasibleChoices({}, [](const PolicyChoice&) { return "no"; }).choices.empty());
    }

    void allocationHitsItsTotalWithinItsBounds() {
        std::mt19937 random(1);
        for (int round = 0; round < 2000; ++round) {
            std::vector<Demand> demands(1 + random() % 40);
            std::int64_t least = 0, most = 0, heaviest = 1;
            for (Demand& demand : demands) {
                demand.wanted = 0.01 + double(random() % 1000);
                demand.least = random() % 20;
                demand.most = demand.least + random() % 500;
                demand.weight = 1 + random() % 2;
                heaviest = std::max(heaviest, demand.weight);
                least += demand.weight * demand.least;
                most += demand.weight * demand.most;
            }
            const std::int64_t total = least + std::int64_t(random() % std::uint64_t(most - least + 1));
            const std::vector<std::int64_t> shares = allocate(demands, total);
            std::int64_t sum = 0;
            for (std::size_t i = 0; i < shares.size(); ++i) {
                QVERIFY(shares[i] >= demands[i].least && shares[i] <= demands[i].most);
                sum += demands[i].weight * shares[i];
            }
            QVERIFY(sum <= total && sum > total - heaviest);
        }
    }

    void whatABoundedLayerCannotTakeGoesToTheOthers() {
        // 2B at 10 %, zero-based scale 7: the drafters' share by equation 4 would be 1400, but there are 921.
        std::vector<Demand> demands(32, {600, 16, 921, 1});
        demands[0].wanted = demands[23].wanted = 1400;
        const std::vector<std::int64_t> shares = allocate(demands, 32 * 650);
        QCOMPARE(shares[0], std::int64_t(921));
        QCOMPARE(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}), std::int64_t(32 * 650));
        for (std::size_t i = 1; i < shares.size(); ++i)
            if (i != 23)
                QVERIFY(shares[i] == 631 || shares[i] == 632); // (32 · 650 − 2 · 921) / 30 = 631.9
    }

    void impossibleTotalsAreRefused() {
        QVERIFY_EXCEPTION_THROWN(allocate({{1, 5, 10, 1}}, 11), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(allocate({{1, 5, 10, 1}}, 4), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(allocate({{0, 5, 10, 1}}, 7), std::logic_error);
    }

    // Equal budgets are equal bytes: after every scale, for every policy, whatever the picture and the
    // guidance.
    void allPlansHoldTheSameAfterEveryScale() {
        std::mt19937 random(2);
        for (int round = 0; round < 400; ++round) {
            const auto sizes = imageSizes();
            const auto ratios = aspectRatios();
            const ScaleSchedule schedule =
                scaleSchedule(sizes[random() % sizes.size()], ratios[random() % ratios.size()]);
            std::vector<std::int64_t> sequences(2 + random() % 40, 2);
            for (std::size_t l = random() % sequences.size(); round % 2 == 0 && l < sequences.size(); ++l)
                sequences[l] = 1; // guidance ended before the last layers
            const BudgetTerms terms{schedule, sequences,
                                    16 + std::int64_t(random()) % (cachedTokens(schedule) - 15), 16};
            const RoleTable roles = randomRoles(random, schedule.size(), sequences.size());
            const CachePlan uniform = uniformPlan(terms);
            for (const CachePlan& plan : {uniform, pyramidPlan(terms), scaleKvPlan(terms, roles)}) {
                std::int64_t seen = 0;
                for (std::int64_t k = 0; k + 1 < plan.scales(); ++k) {
                    seen += schedule[std::size_t(k)].tokens();
                    const std::int64_t held = plan.bytes(k, sequences, 1, 1);
                    QVERIFY(std::abs(held - uniform.bytes(k, sequences, 1, 1)) <=
                            1); // one token of a lone half
                    for (std::int64_t l = 0; l < plan.layers(); ++l) {
                        QVERIFY(plan.entries(k, l) <= seen);
                        QVERIFY(plan.entries(k, l) >= std::min<std::int64_t>(seen, 16));
                        QVERIFY(plan.entries(k, l) <= plan.most(l));
                    }
                }
            }
        }
    }

    void theWholeHistoryAsBudgetIsAFullCache() {
        for (const double ratio : {1.0, 0.666, 3.0}) {
            const ScaleSchedule schedule = scaleSchedule("0.25M", ratio);
            const std::vector<std::int64_t> sequences(12, 2);
            const BudgetTerms terms{schedule, sequences, cachedTokens(schedule), 16};
            std::mt19937 random(3);
            const RoleTable roles = randomRoles(random, schedule.size(), 12);
            for (const CachePlan& plan : {uniformPlan(terms), pyramidPlan(terms), scaleKvPlan(terms, roles)})
                for (std::int64_t k = 0; k < plan.scales(); ++k)
                    for (std::int64_t l = 0; l < 12; ++l)
                        QVERIFY(!plan.evicts(k, l));
        }
    }

    void pyramidFallsFromLayerToLayer() {
        const ScaleSchedule schedule = scaleSchedule("1M", 1.0);
        const std::vector<std::int64_t> sequences(32, 2);
        const CachePlan plan = pyramidPlan({schedule, sequences, 643, 16});
        for (std::int64_t l = 1; l < 32; ++l)
            QVERIFY(plan.entries(11, l) <= plan.entries(11, l - 1));
        QVERIFY(std::abs(plan.entries(11, 31) - 643 / 20) <= 1);
        QVERIFY(std::abs(plan.entries(11, 0) - (2 * 643 - 643 / 20)) <= 1);
    }

    void equationFour() {
        const ScaleSchedule schedule = scaleSchedule("1M", 1.0);
        const std::vector<std::int64_t> sequences(32, 2);
        const std::vector<RoleBudget> budgets = roleBudgets({schedule, sequences, 650, 16}, released2b());
        QCOMPARE(budgets.size(), std::size_t(5)); // zero-based scales 7 to 11
        for (std::size_t i = 0; i < budgets.size(); ++i) {
            QCOMPARE(budgets[i].scale, std::int64_t(7 + i));
            QCOMPARE(budgets[i].refiner, 600.0 - 70.0 * double(i));
            QCOMPARE(2 * budgets[i].drafter + 30 * budgets[i].refiner, 32 * 650.0);
        }
        // No drafters, or nothing but drafters: everybody gets the average.
        const RoleTable none{{std::vector<bool>(32, false)}};
        QCOMPARE(roleBudgets({schedule, sequences, 650, 16}, none).front().refiner, 650.0);
        // Refiners never get less than the window.
        for (const RoleBudget& budget : roleBudgets({schedule, sequences, 20, 16}, released2b()))
            QVERIFY(budget.refiner >= 16);
    }

    // The numbers of the released files (10 %), which their authors made with the same equation. In the 8B
    // file's fourth row they gave the drafters more than the equation does.
    void derivedBudgetsMatchTheReleasedOnes_data() {
        QTest::addColumn<int>("layers");
        QTest::addColumn<QList<int>>("drafters");
        QTest::addColumn<QList<int>>("most");
        QTest::addColumn<QList<int>>("least");
        QTest::addColumn<QList<int>>("limits");
        QTest::newRow("2B") << 32 << QList<int>{0, 23} << QList<int>{920, 1490, 2510, 4100}
                            << QList<int>{632, 594, 526, 420} << QList<int>{921, 1496, 2514, 4110};
        QTest::newRow("8B") << 40 << QList<int>{0, 1, 2} << QList<int>{909, 1464, 2463}
                            << QList<int>{629, 584, 503} << QList<int>{921, 1485, 2488};
    }
    void derivedBudgetsMatchTheReleasedOnes() {
        QFETCH(int, layers);
        QFETCH(QList<int>, drafters);
        QFETCH(QList<int>, most);
        QFETCH(QList<int>, least);
        QFETCH(QList<int>, limits);
        std::vector<bool> row(std::size_t(layers), false);
        for (const int layer : drafters)
            row[std::size_t(layer)] = true;
        const ScaleSchedule schedule = scaleSchedule("1M", 1.0);
        const std::vector<std::int64_t> sequences(std::size_t(layers), 2);
        const BudgetTable table = deriveBudgetTable({schedule, sequences, 650, 16}, RoleTable{{row}});
        QCOMPARE(table.size(), std::size_t(5)); // zero-based scales 7 to 11
        for (int i = 0; i < most.size(); ++i) {
            QCOMPARE(table.at(7 + i).drafterTokens, std::int64_t(most[i]));
            QCOMPARE(table.at(7 + i).refinerTokens, std::int64_t(least[i]));
            QCOMPARE(table.at(7 + i).limit, std::int64_t(limits[i]));
        }
    }

    void derivedBudgetsAreKeptTo() {
        std::mt19937 random(5);
        for (int round = 0; round < 300; ++round) {
            const auto sizes = imageSizes();
            const auto ratios = aspectRatios();
            const ScaleSchedule schedule =
                scaleSchedule(sizes[random() % sizes.size()], ratios[random() % ratios.size()]);
            const std::vector<std::int64_t> sequences(2 + random() % 40, 2);
            const BudgetTerms terms{schedule, sequences, 16 + std::int64_t(random() % 400), 16};
            const RoleTable roles = randomRoles(random, schedule.size(), sequences.size());
            const CachePlan plan = referencePlan(schedule, std::int64_t(sequences.size()),
                                                 deriveBudgetTable(terms, roles), terms.budget, 16);
            const CachePlan even = uniformPlan(terms);
            for (std::int64_t k = 0; k + 1 < plan.scales(); ++k)
                QVERIFY(plan.bytes(k, sequences, 1, 1) <= even.bytes(k, sequences, 1, 1));
        }
    }

    void tooSmallABudgetSaysWhatItNeeds() {
        const ScaleSchedule schedule = scaleSchedule("0.06M", 1.0);
        const std::vector<std::int64_t> sequences(4, 1);
        const std::string error = errorOf([&] { uniformPlan({schedule, sequences, 15, 16}); });
        QVERIFY2(error.find("16") != std::string::npos && error.find("15") != std::string::npos,
                 error.c_str());
    }

    void budgetFilesRoundTrip() {
        const ScaleSchedule schedule = scaleSchedule("0.60M", 1.5);
        const std::vector<std::int64_t> sequences(12, 2);
        std::mt19937 random(4);
        const BudgetTable table = deriveBudgetTable({schedule, sequences, 200, 16},
                                                    randomRoles(random, schedule.size(), sequences.size()));
        QVERIFY(!table.empty());
        QVERIFY(budgetTableFromJson(toJson(table), "test") == table);

        const BudgetTable fixture =
            readBudgetFile(SCALEKV_SOURCE_DIR "/tests/data/parity/tiny2b_budget.json");
        QCOMPARE(fixture.size(), std::size_t(5));
        QCOMPARE(fixture.at(7).tokens(0), std::int64_t(120)); // "Scale 9", block 0 is marked 1
        QCOMPARE(fixture.at(7).tokens(1), std::int64_t(600));
        QCOMPARE(fixture.at(11).tokens(5), std::int64_t(360));
    }

    void brokenBudgetFilesAreErrors_data() {
        QTest::addColumn<QString>("json");
        const QString row = R"("Scale 9": {"Block 0": 1, "Block 1": 0, "Max": 9, "Min": 5})";
        QTest::newRow("empty file") << "";
        QTest::newRow("not JSON") << "{";
        QTest::newRow("a list") << "[]";
        QTest::newRow("nothing in it") << "{}";
        QTest::newRow("another key") << "{" + row + R"(, "note": "hello"})";
        QTest::newRow("no blocks") << R"({"Scale 9": {"Max": 9, "Min": 5}})";
        QTest::newRow("a block is missing")
            << R"({"Scale 9": {"Block 0": 1, "Block 2": 0, "Max": 9, "Min": 5}})";
        QTest::newRow("a role of 2") << R"({"Scale 9": {"Block 0": 2, "Max": 9, "Min": 5}})";
        QTest::newRow("no Max") << R"({"Scale 9": {"Block 0": 1, "Min": 5}})";
        QTest::newRow("Min of 0") << R"({"Scale 9": {"Block 0": 1, "Max": 9, "Min": 0}})";
        QTest::newRow("huge") << R"({"Scale 9": {"Block 0": 1, "Max": 1e300, "Min": 5}})";
        QTest::newRow("scale 1") << R"({"Scale 1": {"Block 0": 1, "Max": 9, "Min": 5}})";
        QTest::newRow("rows differ") << "{" + row + R"(, "Scale 10": {"Block 0": 1, "Max": 9, "Min": 5}})";
        QTest::newRow("row is a number") << R"({"Scale 9": 3})";
    }
    void brokenBudgetFilesAreErrors() {
        QFETCH(QString, json);
        const std::string error = errorOf([&] { budgetTableFromJson(json.toStdString(), "my budget.json"); });
        QVERIFY2(error.find("my budget.json") != std::string::npos, error.c_str());
    }

    void theReferenceWaitsForItsBaseCapacity() {
        const BudgetTable table = readBudgetFile(SCALEKV_SOURCE_DIR "/tests/data/parity/tiny2b_budget.json");
        const ScaleSchedule schedule = scaleSchedule("1M", 1.0);
        const CachePlan plan = referencePlan(schedule, 6, table, 650, 16);
        QCOMPARE(plan.entries(6, 0), std::int64_t(521)); // everything so far
        QCOMPARE(plan.entries(7, 0), std::int64_t(120));
        QCOMPARE(plan.entries(8, 0), std::int64_t(530)); // 120 + 576 are there, and block 0 may keep Min
        QVERIFY(!plan.evicts(6, 0) && plan.evicts(7, 0));
        QCOMPARE(plan.largestScratch(), std::int64_t(4096));
    }
};

QTEST_APPLESS_MAIN(TestBudgets)
#include "tst_budgets.moc"
