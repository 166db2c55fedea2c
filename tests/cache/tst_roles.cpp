#include "scalekv/error.h"
#include "scalekv/roles.h"

#include <QtTest/QtTest>

#include <cmath>
#include <limits>

using namespace scalekv;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// "d" for a drafter, "." for a refiner, a word a scale.
std::string text(const RoleTable& table) {
    std::string words;
    for (std::int64_t scale = 0; scale < table.scales(); ++scale) {
        words += scale == 0 ? "" : " ";
        for (std::int64_t layer = 0; layer < table.layers(); ++layer)
            words += table.drafter(scale, layer) ? 'd' : '.';
    }
    return words;
}

RoleTable table(const std::vector<std::string>& words) {
    RoleTable made;
    for (const std::string& word : words) {
        made.rows.emplace_back();
        for (const char letter : word)
            made.rows.back().push_back(letter == 'd');
    }
    return made;
}

} // namespace

class TestRoles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void zScoresByHand() {
        // Mean 5, deviation 2 (the textbook's row of eight), and a row without history.
        const ScaleLayerTable scores =
            zScores({std::vector<double>(8, kNone), {2, 4, 4, 4, 5, 5, 7, 9}, {1, 1, 1, 1, 1, 1, 1, 9}});
        for (const double score : scores[0])
            QVERIFY(std::isnan(score));
        const std::vector<double> expected{-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2};
        for (std::size_t i = 0; i < expected.size(); ++i)
            QCOMPARE(scores[1][i] + 10, expected[i] + 10); // QCOMPARE is relative: not around 0
        // Mean 2, squares 7·1 + 49 = 56, deviation √7.
        QCOMPARE(scores[2][0], -1 / std::sqrt(7.0));
        QCOMPARE(scores[2][7], std::sqrt(7.0));
    }

    void equalLayersScoreZero() {
        // 0.1 + 0.2 is not 0.3 in binary: such a difference is none.
        const ScaleLayerTable scores = zScores({{0.3, 0.1 + 0.2, 0.3}, {0, 0, 0}});
        for (const auto& row : scores)
            for (const double score : row)
                QCOMPARE(score, 0.0);
    }

    void theLowestAreDrafters() {
        const ScaleLayerTable scores{{kNone, kNone, kNone, kNone},
                                     {1.5, -0.5, -0.5, -0.5},
                                     {-1.7, 0.5, 0.6, 0.6},
                                     {-0.4, -1.6, 1.0, 1.0}};
        QCOMPARE(drafterCount(scores, 0.25), 3); // of the 12 pairs with a score
        QCOMPARE(text(assignRoles(scores, 2.0 / 12)), std::string(".... .... d... .d.."));
        // The third lowest score is found three times: the earliest layer gets it.
        QCOMPARE(text(assignRoles(scores, 0.25)), std::string(".... .d.. d... .d.."));
        QCOMPARE(text(assignRoles(scores, 0)), std::string(".... .... .... ...."));
        QCOMPARE(text(assignRoles(scores, 1)), std::string(".... dddd dddd dddd"));
        // A sixteenth of 12 is less than one, but a model without drafters has no roles.
        QCOMPARE(assignRoles(scores).drafters(), 1);
    }

    void theDefaultShareIsThatOfTheReleasedBudgets() {
        const ScaleLayerTable scale12(12, std::vector<double>(32, 0.0));
        QCOMPARE(drafterCount(scale12, kDrafterShare), 2 * 12);
    }

    void scalesBeyondTheTableHaveItsLastRow() {
        const RoleTable roles = table({"...", "d..", ".d."});
        QCOMPARE(roles.drafters(), 2);
        QCOMPARE(roles.drafters(1), 1);
        QVERIFY(roles.drafter(12, 1));
        QVERIFY(!roles.drafter(12, 0));
        QCOMPARE(roles.drafters(12), 1);
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, roles.drafter(1, 3));
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, RoleTable().drafter(0, 0));
    }

    void agreementByHand() {
        const RoleTable a = table({"....", "dd..", "...."});
        const RoleTable b = table({"....", "d...", "...d"});
        const RoleAgreement alike = agreement(a, b);
        QCOMPARE(alike.equalPairs, 6.0 / 8);
        QCOMPARE(alike.jaccard, 1.0 / 3);
        QCOMPARE(agreement(a, a).equalPairs, 1.0);
        QCOMPARE(agreement(a, a).jaccard, 1.0);
        const RoleTable none = table({"....", "....", "...."});
        QCOMPARE(agreement(none, none).jaccard, 1.0);
        QCOMPARE(agreement(a, none).jaccard, 0.0);
        QVERIFY_THROWS_EXCEPTION(Error, agreement(a, table({"....", "dd.."})));
        QVERIFY_THROWS_EXCEPTION(Error, agreement(a, table({"...", "dd.", "..."})));
    }

    void badInputIsRefused() {
        QVERIFY_THROWS_EXCEPTION(Error, zScores({{1, 2}, {1, 2, 3}}));
        QVERIFY_THROWS_EXCEPTION(Error, zScores({{1, kNone}}));
        QVERIFY_THROWS_EXCEPTION(Error, assignRoles({{1, 2}, {1}}));
        QVERIFY_THROWS_EXCEPTION(Error, drafterCount({{1, 2}}, 1.1));
        QVERIFY_THROWS_EXCEPTION(Error, drafterCount({{1, 2}}, -0.1));
        QVERIFY_THROWS_EXCEPTION(Error, drafterCount({{1, 2}}, kNone));
    }
};

QTEST_APPLESS_MAIN(TestRoles)
#include "tst_roles.moc"
