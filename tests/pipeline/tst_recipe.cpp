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
    recipe.request.guidanceLayers = {0, -3};
    recipe.request.topK = 0;
    recipe.request.topP = 0.97;
    recipe.request.policy.name = "scalekv-reference";
    recipe.request.policy.budget.fraction = 0.1 + 0.2;
    recipe.request.policy.roles = RoleTable{{{false, false, false}, {true, false, true}}};
    recipe.request.policy.budgetTable = BudgetTable{{7, {{true, false, false}, 920, 632, 921}}};
    recipe.request.policy.headOrders =
        HeadOrders{{{{0, 1}, {1, 0}, {1, 1}, {0, 0}}, {{0, 0}, {1, 0}, {0, 1}, {1, 1}}}};
    recipe.request.policy.headKinds = HeadKinds{{{true, false}}, {{}, {{0.25F, 1}, {0.75F, 3.33e-6F}}}};
    recipe.model = {"Demo (3D emoji)", "sha1:1", "sha1:2", "sha1:3"};
    recipe.precision = "bf16";
    recipe.device = "cpu";
    recipe.programVersion = "0.1.0";
    return recipe;
}

void compare(const Recipe& a, const Recipe& b) {
    QCOMPARE(firstDifference(a.request, b.request), std::string()); // says what, where it is not the same
    QVERIFY(a.request == b.request);                                // exactly
    QVERIFY(a.model == b.model);
    QCOMPARE(a.precision, b.precision);
    QCOMPARE(a.device, b.device);
    QCOMPARE(a.programVersion, b.programVersion);
}

} // namespace

class TestRecipe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void roundTripIsExact() { compare(recipeFromJson(toJson(fullRecipe())), fullRecipe()); }

    void budgetsInBytesComeBack() {
        Recipe recipe = fullRecipe();
        recipe.request.policy.budget = {.bytes = (std::int64_t{1} << 40) + 1};
        QVERIFY(QString::fromStdString(toJson(recipe)).contains("\"budget_bytes\": 1099511627777"));
        compare(recipeFromJson(toJson(recipe)), recipe);
    }

    void missingFieldsTakeDefaults() {
        Recipe plain;
        plain.request.prompts = {"x"};
        compare(recipeFromJson(R"({"version": 1, "prompt": "x", "unheard of": {"unknown": true}})"), plain);
    }

    /// What the first version of the program wrote.
    void olderRecipesAreRead() {
        const Recipe recipe = recipeFromJson(
            R"({"version": 1, "prompt": "x", "cfg_insertion_layers": [0, -2], "policy": "snapkv",
                "budget_tokens": 50, "model": "Demo"})");
        QCOMPARE(recipe.request.guidanceLayers, (std::vector<int>{0, -2}));
        QCOMPARE(recipe.request.policy.name, std::string("snapkv"));
        QCOMPARE(recipe.request.policy.budget.tokens, std::int64_t(50));
        QCOMPARE(recipe.model, (ModelIdentity{"Demo", "", "", ""}));
        QCOMPARE(weightsDifference(recipe.model, {"Other", "sha1:1", "sha1:2", "sha1:3"}), std::string());
    }

    void otherWeightsAreNamed() {
        const Recipe recipe = fullRecipe();
        ModelIdentity model = recipe.model;
        model.name = "The same under another name";
        QCOMPARE(replayDifference(recipe, model, "bf16"), std::string());
        QVERIFY(replayDifference(recipe, model, "fp32").find("made with bf16, not fp32") !=
                std::string::npos);
        model.transformer = "sha1:4";
        model.vae = "sha1:5";
        const std::string said = replayDifference(recipe, model, "bf16");
        QVERIFY2(said.find("other weights (transformer, VAE of \"Demo (3D emoji)\")") != std::string::npos,
                 said.c_str());
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
        QTest::newRow("newer version") << QByteArray(R"({"version": 3, "prompt": "x"})") << "version";
        QTest::newRow("no prompt") << QByteArray(R"({"version": 1})") << "prompt";
        QTest::newRow("two prompts") << QByteArray(R"({"version": 2, "prompt": ["a", "b"]})") << "prompt";
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
                                "guidance_layers: [1]",
                                "guidance_layers: [-9223372036854775808]",
                                "policy: 1",
                                "budget_tokens: 0",
                                "budget_fraction: 2",
                                "budget_bytes: 0",
                                "budget_bytes: 5, \"budget_tokens\": 5",
                                "budget_bytes: 1e300",
                                "roles: [\"x\"]",
                                "roles: [\"..\", \".\"]",
                                "roles: [\"d\"]",
                                "roles: []",
                                "budget_table: 3",
                                "budget_table: {\"Scale 9\": {}}",
                                "head_orders: 3",
                                "head_orders: []",
                                "head_orders: [3]",
                                "head_orders: [\"\"]",
                                "head_orders: [\"0\"]",
                                "head_orders: [\"0.0.0\"]",
                                "head_orders: [\"0.0, 1.0\"]",
                                "head_orders: [\"0.0  1.0\"]",
                                "head_orders: [\"0.-1\"]",
                                "head_orders: [\"0.99999999999\"]",
                                "head_orders: [\"0.0 0.0\"]",
                                "head_orders: [\"1.0\"]",
                                "head_orders: [\"0.0 1.0\", \"0.0 0.1\"]",
                                "weights: 3",
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
