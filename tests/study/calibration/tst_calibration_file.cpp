#include "scalekv/calibration_summary.h"
#include "scalekv/error.h"
#include "scalekv/write_file.h"
#include "tests/mutate.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <random>

using namespace scalekv;
using nlohmann::json;

namespace {

constexpr int kScales = 7; // of size 0.06M

/// Figures that look like a model's: each prompt close to what layer and scale decide.
Calibration makeCalibration(std::int64_t layers, std::int64_t heads, std::size_t prompts,
                            std::size_t measured, std::uint32_t seed = 7) {
    Calibration made;
    made.model = {"A model", "sha1:0123", layers, heads};
    for (std::size_t i = 0; i < prompts; ++i)
        made.settings.request.prompts.push_back("prompt " + std::to_string(i));
    made.settings.request.size = "0.06M";
    made.settings.precision = "fp32";
    std::mt19937 random(seed);
    const auto draw = [&] { return calibrationDigits(0.2 + 0.3 * double(random()) / 4294967296.0); };
    for (std::size_t prompt = 0; prompt < measured; ++prompt) {
        PromptSelectivity one;
        for (auto* factor : {&one.current, &one.top}) {
            factor->resize(kScales);
            for (std::size_t scale = 1; scale < kScales; ++scale)
                for (std::int64_t i = 0; i < layers * heads; ++i)
                    (*factor)[scale].push_back(draw());
        }
        one.attended.resize(kScales);
        for (std::size_t source = 3; source + 1 < kScales; ++source)
            for (std::int64_t i = 0; i < layers * heads; ++i)
                one.attended[source].push_back(draw());
        one.attention.resize(kScales);
        for (std::size_t scale = 1; scale < kScales; ++scale)
            one.attention[scale].resize(scale + 1, std::vector<float>(std::size_t(layers * heads)));
        for (auto& scale : one.attention)
            for (std::vector<float>& row : scale)
                std::generate(row.begin(), row.end(), [&] { return roundedAttention(draw()); });
        for (std::int64_t i = 0; i < layers * heads; ++i)
            one.variance.push_back(draw());
        made.measured.push_back(std::move(one));
    }
    if (measured > 0)
        made.roles = summarise(made).roles;
    return made;
}

} // namespace

class TestCalibrationFile : public QObject {
    Q_OBJECT

private:
    QTemporaryDir folder_;

    std::filesystem::path path() const { return (folder_.path() + "/c.json").toStdString(); }
    QString errorOf(const std::string& text) const {
        test::writeBytes(path(), text);
        try {
            readCalibration(path());
        } catch (const Error& error) {
            return QString::fromUtf8(error.what());
        }
        return {};
    }

private Q_SLOTS:
    void meansByHand() {
        // Two prompts, two layers of two heads: the means are taken first, then multiplied.
        Calibration c = makeCalibration(2, 2, 2, 2);
        c.measured[0].current[1] = {0.1, 0.3, 0.5, 0.5};
        c.measured[1].current[1] = {0.2, 0.6, 0.5, 0.5};
        c.measured[0].top[1] = {0.4, 0.4, 0.1, 0.1};
        c.measured[1].top[1] = {0.2, 0.2, 0.1, 0.3};
        const CalibrationSummary summary = summarise(c);
        QCOMPARE(summary.current[1][0], 0.3);
        QCOMPARE(summary.top[1][0], 0.3);
        QCOMPARE(summary.asi[1][0], 0.09);
        QCOMPARE(summary.asi[1][1], 0.5 * 0.15);
        QCOMPARE(summary.z[1][0], 1.0); // of two numbers, one deviates by one deviation each way
        QCOMPARE(summary.z[1][1], -1.0);
        QVERIFY(std::isnan(summary.asi[0][0]));
        QCOMPARE(summary.roles.drafters(), 1); // a sixteenth of 12
        QCOMPARE(meanSelectivity(c, {1}).asi[1][0], 0.4 * 0.2);
    }

    void stabilityOfPromptsThatAgreeAndThatDoNot() {
        Calibration c = makeCalibration(16, 2, 10, 10);
        const CalibrationSummary noise = summarise(c);
        QCOMPARE(noise.halves->splits, 200);
        QVERIFY(noise.halves->mean.jaccard < 0.5);
        QVERIFY(noise.halves->least.jaccard <= noise.halves->mean.jaccard);
        QVERIFY(noise.halves->mean.jaccard <= noise.halves->most.jaccard);
        QVERIFY(noise.halves->mean.equalPairs > 0.8); // by chance alone, for most are refiners
        QCOMPARE(noise.firstPrompts.size(), std::size_t(4));
        QCOMPARE(noise.firstPrompts[1].prompts, std::size_t(2));
        QVERIFY(noise.firstPrompts[0].agreement.jaccard < 1);
        QCOMPARE(noise.firstPrompts[3].agreement.jaccard, 1.0);

        for (PromptSelectivity& prompt : c.measured)
            prompt = c.measured.front();
        const CalibrationSummary same = summarise(c);
        QCOMPARE(same.halves->mean.jaccard, 1.0);
        QCOMPARE(same.halves->least.equalPairs, 1.0);
        QCOMPARE(same.firstPrompts[0].agreement.jaccard, 1.0);
        c.measured.resize(1);
        QVERIFY(!summarise(c).halves);
    }

    void whatIsWrittenIsRead() {
        Calibration made = makeCalibration(12, 4, 5, 3);
        made.settings.request.seed = 18446744073709551615ULL;
        made.settings.request.negativePrompt = "a \"dog\"\n\xc3\xa9";
        made.settings.request.cfg = {1, 2, 3, 4, 3, 2, 1};
        made.settings.request.guidanceLayers = {0, -3};
        writeFile(path(), toJson(made));
        const Calibration read = readCalibration(path());
        QVERIFY(read.model == made.model);
        QVERIFY(read.measured == made.measured);
        QVERIFY(read.roles == made.roles);
        QCOMPARE(firstDifference(read.settings, made.settings), std::string());
        QVERIFY(!read.complete());
        QCOMPARE(toJson(read), toJson(made));
    }

    void theFileSaysWhatFollows() {
        const Calibration made = makeCalibration(12, 4, 3, 3);
        const CalibrationSummary summary = summarise(made);
        const json file = json::parse(toJson(made));
        QCOMPARE(file["asi"].size(), std::size_t(kScales));
        QVERIFY(file["asi"][0][0].is_null());
        QCOMPARE(file["asi"][3][5].get<double>(), calibrationDigits(summary.asi[3][5]));
        QCOMPARE(file["z"][6][11].get<double>(), calibrationDigits(summary.z[6][11]));
        QCOMPARE(file["drafters"].get<std::int64_t>(), made.roles.drafters());
        QCOMPARE(file["stability"]["random_halves"]["mean"]["jaccard"].get<double>(),
                 calibrationDigits(summary.halves->mean.jaccard));
        // 4 % of 265 tokens is less than the observation window.
        QVERIFY(!file["budgets"].contains("4 %"));
        for (const char* budget : {"10 %", "20 %"}) {
            const BudgetTable table = budgetTableFromJson(file["budgets"][budget].dump(), budget);
            QVERIFY(!table.empty());
            for (const auto& [scale, row] : table)
                for (std::int64_t layer = 0; layer < 12; ++layer)
                    QCOMPARE(bool(row.drafter[std::size_t(layer)]), made.roles.drafter(scale, layer));
        }
        QVERIFY_THROWS_EXCEPTION(Error, toJson(makeCalibration(2, 2, 3, 0)));
    }

    // Two prompts, two layers of two heads: the mean decides; of equal ones the first head, then the first
    // layer.
    void headsInTheOrderOfWhatIsLookedAt() {
        Calibration c = makeCalibration(2, 2, 2, 2);
        c.measured[0].attended[3] = {0.1, 0.2, 0.3, 0.2}; // [layer · heads + head]
        c.measured[1].attended[3] = {0.7, 0.2, 0.1, 0.2};
        c.measured[0].attended[5] = {0.4, 0.3, 0.2, 0.1};
        c.measured[1].attended[5] = {0.4, 0.3, 0.2, 0.1};
        const std::optional<HeadOrders> orders = headOrders(c);
        QVERIFY(orders.has_value());
        QCOMPARE(orders->bySource.size(),
                 std::size_t(3)); // of scales 3, 4 and 5: nothing is stored at the last
        QVERIFY(orders->of(3) == (std::vector<HeadPlace>{{0, 1}, {1, 0}, {1, 1}, {0, 0}}));
        QVERIFY(orders->of(5) == (std::vector<HeadPlace>{{1, 1}, {0, 1}, {1, 0}, {0, 0}}));
    }

    // Of ten heads the two whose queries differ least, in the mean of the prompts, are contextual; of equal
    // ones the first. What they look at is the mean, to three digits.
    void kindsOfHeads() {
        Calibration c = makeCalibration(5, 2, 2, 2);
        c.measured[0].variance = {0.5, 0.4, 0.3, 0.3, 0.9, 0.1, 0.3, 0.5, 0.7, 0.8};
        c.measured[1].variance = {0.1, 0.6, 0.2, 0.2, 0.9, 0.9, 0.2, 0.5, 0.7, 0.1};
        c.measured[0].attention[2][1][3] = 0.1F;
        c.measured[1].attention[2][1][3] = 0.2345F;
        const std::optional<HeadKinds> kinds = headKinds(c);
        QVERIFY(kinds.has_value());
        const std::vector<std::vector<bool>> expected{
            {false, false}, {true, true}, {false, false}, {false, false}, {false, false}};
        QVERIFY(kinds->contextual == expected);
        QCOMPARE(kinds->attention.size(), std::size_t(kScales));
        QVERIFY(kinds->attention[0].empty());
        QCOMPARE(kinds->attention[6].size(), std::size_t(7));
        QCOMPARE(kinds->attention[2][1][3], 0.167F);
        const auto count = [](std::int64_t layers, std::int64_t heads) {
            std::int64_t contextual = 0;
            const std::optional<HeadKinds> some = headKinds(makeCalibration(layers, heads, 1, 1));
            for (const std::vector<bool>& layer : some->contextual)
                contextual += std::count(layer.begin(), layer.end(), true);
            return contextual;
        };
        QCOMPARE(count(12, 4), 10); // a fifth of 48, rounded
        QCOMPARE(count(40, 2), 24); // three tenths of 80
    }

    // What programs wrote before they asked what later scales look at.
    void olderFilesAreRead() {
        json file = json::parse(toJson(makeCalibration(2, 2, 3, 2)));
        for (json& prompt : file["measured"])
            for (const char* later : {"attended_by_head", "attention_by_scale", "variance_by_head"})
                prompt.erase(later);
        test::writeBytes(path(), file.dump());
        const Calibration read = readCalibration(path());
        QCOMPARE(read.measured.size(), std::size_t(2));
        QVERIFY(read.measured[0].attended.empty());
        QVERIFY(!headOrders(read) && !headKinds(read));
        QVERIFY(!read.measured[0].whole());
        QVERIFY(!toJson(read).empty());
        QVERIFY(headOrders(makeCalibration(2, 2, 3, 2)).has_value());
    }

    void differencesAreNamed() {
        const CalibrationSettings made = makeCalibration(2, 2, 2, 1).settings;
        CalibrationSettings other = made;
        other.request.seed = 3;
        QCOMPARE(firstDifference(made, other), std::string("seed is 0, not 3"));
        other = made;
        other.request.prompts.emplace_back("one more");
        QCOMPARE(firstDifference(made, other),
                 std::string(R"(prompt is ["prompt 0","prompt 1"], not ["prompt 0","prompt 1","one more"])"));
        other = made;
        other.request.cfg = {3};
        QCOMPARE(firstDifference(made, other), std::string("cfg is 4.0, not 3.0"));
        other = made;
        other.request.size = "1M";
        QCOMPARE(firstDifference(made, other), std::string("size is \"0.06M\", not \"1M\""));
    }

    void brokenFilesAreRefused_data() {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value"); // empty: the field is missing
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, const char* pointer, const char* value, const char* names) {
            QTest::newRow(name) << pointer << value << names;
        };
        row("no format", "/format", "", "is no calibration");
        row("other format", "/format", "\"x\"", "is no calibration");
        row("newer", "/version", "3", "a newer program");
        row("no model", "/model", "", "\"model\" is missing");
        row("many layers", "/model/layers", "1000000000000", "\"layers\" is 1000000000000");
        row("other layers", "/model/layers", "4", "without a number for each layer and head");
        row("no layers", "/model/layers", "0", "\"layers\" is 0");
        row("heads no number", "/model/heads", "\"2\"", "\"heads\" is not a whole number");
        row("no settings", "/settings", "[]", "is not a JSON object");
        row("no seed", "/settings/seed", "", "\"seed\" is missing");
        row("negative seed", "/settings/seed", "-1", "\"seed\" is not a whole number of at least 0");
        row("no cfg", "/settings/cfg", "", "\"cfg\" is missing");
        row("size", "/settings/size", "\"9M\"", "name no scale schedule");
        row("ratio", "/settings/aspect_ratio", "17", "name no scale schedule");
        row("other size", "/settings/size", "\"1M\"", "not one for each of the 13 scales");
        row("layer", "/settings/guidance_layers/0", "1", "guidance_layers");
        row("share", "/settings/drafter_share", "1.5", "\"drafter_share\" must be between 0 and 1");
        row("prompts", "/settings/prompt", "3", "\"prompt\" is not a text");
        row("prompt", "/settings/prompt/0", "3", "\"prompt\" holds something that is not a text");
        row("fewer prompts", "/settings/prompt", "[\"one\"]", "\"measured\" has 2 entries for 1 prompts");
        row("nothing measured", "/measured", "[]", "\"measured\" has 0 entries");
        row("measured", "/measured/1", "1", "is not a JSON object");
        row("factor", "/measured/1/top_by_head", "", "\"top_by_head\" is missing");
        row("scales", "/measured/0/current_by_head", "[[]]", "has 1 rows, not one for each of the 7 scales");
        row("first scale", "/measured/0/current_by_head/0", "[1]", "(scale 0) without a number");
        row("row", "/measured/0/current_by_head/3", "[0.5]", "(scale 3) without a number");
        row("no row", "/measured/0/current_by_head/3", "null", "(scale 3) without a number");
        row("weight", "/measured/0/top_by_head/2/1", "1.5", "not a number between 0 and 1");
        row("negative", "/measured/0/top_by_head/2/1", "-0.1", "not a number between 0 and 1");
        row("no weight", "/measured/0/top_by_head/2/1", "null", "not a number between 0 and 1");
        row("attended rows", "/measured/0/attended_by_head", "[]",
            "has 0 rows, not one for each of the 7 scales");
        row("attended row", "/measured/0/attended_by_head/3", "[0.5]", "(scale 3) without a number");
        row("attended early", "/measured/0/attended_by_head/2", "[0.5]", "(scale 2) without a number");
        row("attended late", "/measured/0/attended_by_head/6", "[0.5]", "(scale 6) without a number");
        row("attended weight", "/measured/1/attended_by_head/3/1", "1.5", "not a number between 0 and 1");
        row("attention scales", "/measured/0/attention_by_scale", "[]", "has 0 scales");
        row("attention of fewer", "/measured/0/attention_by_scale", R"([["1 1 1 1","1 1 1 1"]])",
            "has 1 scales, not one for each of the 6 with a history");
        row("attention sources", "/measured/0/attention_by_scale/1", "[]", "(scale 2)");
        row("attention line", "/measured/0/attention_by_scale/1/2", "\"1 1 1\"", "a line (scale 2)");
        row("attention number", "/measured/0/attention_by_scale/1/2", "\"1 1 1 x\"", "a line (scale 2)");
        row("variance of fewer", "/measured/1/variance_by_head", "[0.5]",
            "has 1 numbers, not one for each of");
        row("variance", "/measured/1/variance_by_head/2", "-1", "not a number between 0 and 1");
        row("no roles", "/roles", "", "\"roles\" is missing");
        row("role rows", "/roles", "[\"..\"]", "\"roles\" has 1 rows");
        row("role letter", "/roles/3", "\".x\"", "\"roles\" has a row that is not one letter");
        row("role length", "/roles/3", "\"...\"", "\"roles\" has a row that is not one letter");
        row("first role", "/roles/0", "\"d.\"", "has a drafter at scale 0");
    }
    void brokenFilesAreRefused() {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        QFETCH(QString, names);
        json file = json::parse(toJson(makeCalibration(2, 2, 3, 2)));
        const json::json_pointer at(pointer.toStdString());
        if (value.isEmpty())
            file[at.parent_pointer()].erase(at.back());
        else
            file[at] = json::parse(value.toStdString());
        const QString error = errorOf(file.dump());
        QVERIFY2(error.contains(names), qPrintable("said: " + error));
        QVERIFY2(error.contains("c.json"), qPrintable(error));
    }

    void anyBytesEndInAnErrorOrACalibration() {
        const std::string whole = toJson(makeCalibration(3, 2, 3, 2));
        int read = 0, refused = 0;
        for (std::uint32_t seed = 0; seed < 3000; ++seed) {
            test::writeBytes(path(), test::mutate(whole, seed));
            try {
                const Calibration calibration = readCalibration(path());
                QCOMPARE(calibration.roles.layers(), calibration.model.layers);
                QVERIFY(!toJson(calibration).empty());
                ++read;
            } catch (const Error&) {
                ++refused;
            }
        }
        QVERIFY(read > 20); // else the damage was too crude to reach the later checks
        QVERIFY(refused > 1000);
    }
};

QTEST_APPLESS_MAIN(TestCalibrationFile)
#include "tst_calibration_file.moc"
