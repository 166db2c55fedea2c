#include "scalekv/error.h"
#include "scalekv/recipe.h"
#include "tests/mutate.h"

#include <QTest>

#include <cmath>

using namespace scalekv;
using namespace scalekv::test;

namespace {

Recipe fullRecipe() {
    Recipe recipe;
    recipe.request.prompts = {"a \"red\" apple\n— 東京 🚀\t\\"};
    recipe.request.negativePrompt = "blurry";
    recipe.request.seed = std::numeric_limits<std::uint64_t>::max();
    recipe.request.size = "0.25M";
    recipe.request.aspectRatio = 0.666;
    recipe.request.cfg = {1, 1.1, 2, 3.3333333333333335, 0.1 + 0.2};
    recipe.request.tau = {std::nextafter(0.5, 1.0)};
    recipe.request.cfgInsertionLayers = {0, -3};
    recipe.request.topK = 0;
    recipe.request.topP = 0.97;
    recipe.request.policy.name = "snapkv";
    recipe.request.policy.budget.fraction = 0.1 + 0.2;
    recipe.modelName = "Demo (3D emoji)";
    recipe.precision = "bf16";
    recipe.device = "cpu";
    recipe.programVersion = "0.1.0";
    return recipe;
}

void compare(const Recipe& a, const Recipe& b) {
    QCOMPARE(a.request.prompts, b.request.prompts);
    QCOMPARE(a.request.negativePrompt, b.request.negativePrompt);
    QCOMPARE(a.request.seed, b.request.seed);
    QCOMPARE(a.request.size, b.request.size);
    QVERIFY(a.request.aspectRatio == b.request.aspectRatio); // exactly, where QCOMPARE is fuzzy
    QVERIFY(a.request.cfg == b.request.cfg);
    QVERIFY(a.request.tau == b.request.tau);
    QCOMPARE(a.request.cfgInsertionLayers, b.request.cfgInsertionLayers);
    QCOMPARE(a.request.topK, b.request.topK);
    QVERIFY(a.request.topP == b.request.topP);
    QVERIFY(a.request.policy == b.request.policy);
    QCOMPARE(a.modelName, b.modelName);
    QCOMPARE(a.precision, b.precision);
    QCOMPARE(a.device, b.device);
    QCOMPARE(a.programVersion, b.programVersion);
}

} // namespace

class TestRecipe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void roundTripIsExact() { compare(recipeFromJson(toJson(fullRecipe())), fullRecipe()); }

    void missingFieldsTakeDefaults() {
        Recipe plain;
        plain.request.prompts = {"x"};
        compare(recipeFromJson(R"({"version": 1, "prompt": "x", "unheard of": {"unknown": true}})"), plain);
    }

    void oneNumberOrAList() {
        QCOMPARE(recipeFromJson(R"({"version":1,"prompt":"","cfg":3,"tau":[1]})").request.cfg,
                 std::vector<double>{3.0});
        Recipe recipe = fullRecipe();
        recipe.request.cfg = {3};
        QVERIFY(QString::fromStdString(toJson(recipe)).contains("\"cfg\": 3"));
    }

    void wrongFieldsAreNamed_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("named");
        QTest::newRow("no version") << QByteArray(R"({"prompt": "x"})") << "version";
        QTest::newRow("newer version") << QByteArray(R"({"version": 2, "prompt": "x"})") << "version";
        QTest::newRow("no prompt") << QByteArray(R"({"version": 1})") << "prompt";
        for (const char* bad : {"prompt: 3",
                                "negative_prompt: null",
                                "seed: -1",
                                "seed: 1.5",
                                "seed: \"7\"",
                                "seed: 18446744073709551616",
                                "size: 1",
                                "aspect_ratio: \"1\"",
                                "cfg: []",
                                "cfg: [1, \"2\"]",
                                "cfg: {}",
                                "tau: true",
                                "cfg_insertion_layers: 0",
                                "cfg_insertion_layers: []",
                                "cfg_insertion_layers: [1]",
                                "cfg_insertion_layers: [-1.5]",
                                "cfg_insertion_layers: [-1e300]",
                                "top_k: -1",
                                "top_k: 99999999999",
                                "top_p: null",
                                "model: 1",
                                "precision: []",
                                "device: {}",
                                "program: 1"}) {
            const QString text(bad), field = text.section(": ", 0, 0), value = text.section(": ", 1);
            const QString start =
                field == "prompt" ? "{\"version\": 1" : "{\"version\": 1, \"prompt\": \"x\"";
            QTest::newRow(bad) << QStringLiteral("%1, \"%2\": %3}").arg(start, field, value).toUtf8()
                               << field;
        }
        QTest::newRow("not JSON") << QByteArray("{\"version\": 1,") << "recipe";
        QTest::newRow("not an object") << QByteArray("[1]") << "recipe";
        QTest::newRow("empty") << QByteArray() << "recipe";
        QTest::newRow("deep") << QByteArray(100000, '[') << "recipe";
    }
    void wrongFieldsAreNamed() {
        QFETCH(QByteArray, json);
        QFETCH(QString, named);
        try {
            recipeFromJson(json.toStdString());
            QFAIL("the recipe was accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(named), error.what());
        }
    }

    void textChunks() {
        const PngText text = recipeText(fullRecipe());
        QCOMPARE(text.at("Description"), fullRecipe().request.prompts.front());
        QVERIFY(QString::fromStdString(text.at("Software")).contains("0.1.0"));
        compare(recipeOf(text).value(), fullRecipe());
        QVERIFY(!recipeOf({{"Description", "x"}}).has_value());
        QVERIFY_EXCEPTION_THROWN(recipeOf({{"scalekv", "{"}}), Error);
    }

    void aBatchIsNoRecipe() {
        Recipe recipe = fullRecipe();
        recipe.request.prompts = {"a", "b"};
        QVERIFY_EXCEPTION_THROWN(toJson(recipe), Error);
    }

    void bytesThatAreNoTextAreKeptOut() {
        Recipe recipe = fullRecipe();
        recipe.request.prompts = {"a\xff\xfe"};
        QVERIFY(
            QString::fromStdString(recipeFromJson(toJson(recipe)).request.prompts.front()).startsWith("a"));
    }

    void mutatedRecipes() {
        const std::string json = toJson(fullRecipe());
        int refused = 0;
        for (std::uint32_t seed = 0; seed < 5000; ++seed) {
            try {
                const Recipe recipe = recipeFromJson(mutate(json, seed));
                QCOMPARE(recipe.request.prompts.size(), std::size_t(1));
            } catch (const Error&) {
                ++refused;
            }
        }
        QVERIFY(refused > 500);
    }
};

QTEST_APPLESS_MAIN(TestRecipe)
#include "tst_recipe.moc"
