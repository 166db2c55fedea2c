// The one stored form of a request, and what is said where two differ.

#include "scalekv/error.h"
#include "scalekv/model_files.h"
#include "scalekv/request.h"

#include <QTest>

#include <functional>
#include <set>

using namespace scalekv;

namespace {

/// Wrapped, for Qt takes a bare function apart.
struct Change {
    std::function<void(GenerationRequest&)> apply;
};

} // namespace
Q_DECLARE_METATYPE(Change)

class TestRequest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Every field, each away from its default: a field that is forgotten on one way is found here.
    void everyFieldTravels_data() {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::function<void(GenerationRequest&)>& change,
                            const char* says) {
            QTest::newRow(name) << Change{change} << QString::fromUtf8(says);
        };
        row(
            "prompt", [](auto& r) { r.prompts = {"a \"fox\"\n— 東京"}; }, "prompt is \"x\", not");
        row(
            "prompts",
            [](auto& r) {
                r.prompts = {"a", "b"};
            },
            "prompt is \"x\", not [\"a\",\"b\"]");
        row(
            "negative", [](auto& r) { r.negativePrompt = "blurry"; },
            "negative prompt is \"\", not \"blurry\"");
        row(
            "seed", [](auto& r) { r.seed = 18446744073709551615u; }, "seed is 0, not 18446744073709551615");
        row(
            "size", [](auto& r) { r.size = "0.25M"; }, "size is \"1M\", not \"0.25M\"");
        row(
            "ratio", [](auto& r) { r.aspectRatio = 0.666; }, "aspect ratio is 1.0, not 0.666");
        row(
            "cfg", [](auto& r) { r.cfg = {3.14159265358979}; }, "cfg is 4.0, not 3.14159265358979");
        row(
            "cfg by scale",
            [](auto& r) {
                r.cfg = {1, 0.1 + 0.2};
            },
            "cfg is 4.0, not [1.0,0.30000000000000004]");
        row(
            "tau", [](auto& r) { r.tau = {0.5}; }, "tau is 1.0, not 0.5");
        row(
            "guidance layers",
            [](auto& r) {
                r.guidanceLayers = {0, -3};
            },
            "guidance layers are [0], not [0,-3]");
        row(
            "top-k", [](auto& r) { r.topK = 0; }, "top k is 900, not 0");
        row(
            "top-p", [](auto& r) { r.topP = 1e-4; }, "top p is 0.97, not 0.0001");
        row(
            "policy", [](auto& r) { r.policy.name = "snapkv"; }, "policy is \"full\", not \"snapkv\"");
    }
    void everyFieldTravels() {
        QFETCH(Change, change);
        QFETCH(QString, says);
        GenerationRequest plain;
        plain.prompts = {"x"};
        GenerationRequest request = plain;
        change.apply(request);
        QVERIFY(request != plain);
        QVERIFY(requestFromJson(toJson(request), "It") == request);
        const std::string difference = firstDifference(plain, request);
        QVERIFY2(QString::fromStdString(difference).startsWith(says), difference.c_str());
        QCOMPARE(firstDifference(request, request), std::string());
    }

    void settingsOfAnObjectAreNamed() {
        using Names = std::set<std::string>;
        QVERIFY(settingsIn(R"({"tau": 1, "guidance_layers": [0], "budget_tokens": 3, "other": 1})", "It") ==
                Names({"tau", "guidance_layers"}));
        QVERIFY(settingsIn(R"({"prompts": ["a"], "cfg_insertion_layers": [0], "policy": "full"})", "It") ==
                Names({"prompt", "guidance_layers", "policy"})); // as older programs wrote them
        QVERIFY_THROWS_EXCEPTION(Error, settingsIn("[1]", "It"));
        GenerationRequest all;
        all.prompts = {"x"};
        Names every;
        eachSetting(all, [&every](const char* name, const auto& /*value*/) { every.insert(name); });
        QVERIFY(settingsIn(toJson(all), "It") == every);
    }

    /// A field that stands in no line here does not compile, and one that eachSetting() leaves out is found:
    /// it would be in no recipe, and would make no difference.
    void noFieldIsLeftOut() {
        const GenerationRequest request;
        const auto& [prompts, negativePrompt, seed, size, aspectRatio, cfg, tau, guidanceLayers, topK, topP,
                     policy] = request;
        const std::vector<const void*> fields{&prompts, &negativePrompt, &seed, &size, &aspectRatio, &cfg,
                                              &tau,     &guidanceLayers, &topK, &topP, &policy};
        std::vector<const void*> visited;
        eachSetting(request, [&visited](const char*, const auto& field) { visited.push_back(&field); });
        QCOMPARE(visited, fields);
    }

    /// Of long lists the first element that differs says more than the whole.
    void longListsDifferInAnElement() {
        GenerationRequest made, wanted;
        for (int i = 0; i < 10; ++i)
            made.prompts.push_back("a rather long prompt, number " + std::to_string(i));
        wanted.prompts = made.prompts;
        wanted.prompts[3] = "a fox";
        QCOMPARE(firstDifference(made, wanted),
                 std::string("prompt (number 4) is \"a rather long prompt, number 3\", not \"a fox\""));
        wanted.prompts.pop_back();
        QCOMPARE(firstDifference(made, wanted), std::string("prompt has 10 entries, not 9"));
        made.prompts = {std::string(50, 'a')};
        wanted.prompts = {std::string(50, 'b')};
        QCOMPARE(firstDifference(made, wanted), std::string("prompt differs"));
    }

    void problemsOfTheSettingsAlone_data() {
        QTest::addColumn<Change>("change");
        QTest::addColumn<int>("scales"); // 0: not known
        QTest::addColumn<int>("layers");
        QTest::addColumn<QString>("says"); // nothing: there is no problem
        const auto row = [](const char* name, const std::function<void(GenerationRequest&)>& change,
                            int scales, int layers, const char* says) {
            QTest::newRow(name) << Change{change} << scales << layers << QString::fromUtf8(says);
        };
        const auto nothing = [](GenerationRequest&) {};
        const auto threeTau = [](GenerationRequest& r) { r.tau = {1, 2, 3}; };
        const auto deep = [](GenerationRequest& r) { r.guidanceLayers = {0, -12}; };
        const auto positive = [](GenerationRequest& r) { r.guidanceLayers = {1}; };
        row("all is well", nothing, 7, 12, "");
        row("a list, scales not known", threeTau, 0, 12, "");
        row("as many as scales", threeTau, 3, 12, "");
        row("not as many as scales", threeTau, 7, 12,
            "tau must be one number, or one for each of the 7 scales of this size, not 3");
        row("deep, layers not known", deep, 7, 0, "");
        row("deep enough", deep, 7, 13, "");
        row("too deep", deep, 7, 12,
            "guidance_layers must be 0 (on the logits) or between -1 and -11 (that many layers before the "
            "end)");
        row("after the end", positive, 0, 0,
            "guidance_layers must be 0 (on the logits) or negative (that many layers before the end)");
        row(
            "none", [](GenerationRequest& r) { r.guidanceLayers = {}; }, 0, 0, "guidance_layers must be 0");
        row(
            "no cfg", [](GenerationRequest& r) { r.cfg = {}; }, 0, 0, "cfg must be a number");
        row(
            "top-p", [](GenerationRequest& r) { r.topP = 7; }, 0, 0, "top_p must be between 0 (off) and 1");
    }
    void problemsOfTheSettingsAlone() {
        QFETCH(Change, change);
        QFETCH(int, scales);
        QFETCH(int, layers);
        QFETCH(QString, says);
        GenerationRequest request;
        change.apply(request);
        SettingTerms terms;
        if (scales > 0)
            terms.scales = scales;
        if (layers > 0)
            terms.layers = layers;
        const std::optional<SettingProblem> problem = settingProblem(request, terms);
        const QString said =
            problem ? QString::fromStdString(problem->field + " " + problem->why) : QString();
        QVERIFY2(says.isEmpty() ? said.isEmpty() : said.startsWith(says), qPrintable(said));
    }

    void tablesTravel() {
        GenerationRequest request;
        request.policy.name = "scalekv";
        request.policy.budget.tokens = 53;
        request.policy.roles = RoleTable{{{false, false}, {true, false}, {false, true}}};
        QVERIFY(requestFromJson(toJson(request), "It") == request);
        GenerationRequest other = request;
        other.policy.roles->rows[2][0] = true;
        QVERIFY(firstDifference(request, other).starts_with("roles"));
        other = request;
        other.policy.roles.reset();
        QVERIFY(!firstDifference(request, other).empty() && !firstDifference(other, request).empty());

        request.policy = {.name = "heatkv", .budget = {.fraction = 0.1}};
        request.policy.headOrders = HeadOrders{{{{0, 1}, {0, 0}}, {{0, 0}, {0, 1}}}};
        QVERIFY(requestFromJson(toJson(request), "It") == request);
        other = request;
        std::swap(other.policy.headOrders->bySource[1][0], other.policy.headOrders->bySource[1][1]);
        QVERIFY(firstDifference(request, other).starts_with("head orders"));

        request.policy = {.name = "hack", .budget = {.fraction = 0.1}};
        request.policy.headKinds = HeadKinds{{{true, false}}, {{}, {{0.25F, 1}, {0.75F, 3.33e-6F}}}};
        QVERIFY(requestFromJson(toJson(request), "It") == request);
        other = request;
        other.policy.headKinds->contextual[0][1] = true;
        QVERIFY(firstDifference(request, other).starts_with("head kinds"));
        other = request;
        other.policy.headKinds->attention[1][0][0] = 0.26F;
        QVERIFY(firstDifference(request, other).starts_with("head kinds"));
    }

    void fieldsByThemselves() {
        GenerationRequest request;
        request.cfg = {3.5};
        const auto fields = requestFields(request);
        QCOMPARE(fields.at("cfg"), std::string("3.5"));
        QCOMPARE(fields.at("size"), std::string("\"1M\""));
        QCOMPARE(requestFromJson("{\"tau\": 0.25}", "It", request).cfg, std::vector<double>{3.5});
        QCOMPARE(requestFromJson("{\"tau\": 0.25}", "It", request).tau, std::vector<double>{0.25});
    }

    /// A policy that is named anew does not inherit another one's budget or tables.
    void aPolicyIsReadAsAWhole() {
        GenerationRequest request;
        request.policy.name = "scalekv";
        request.policy.budget.tokens = 53;
        request.policy.roles = RoleTable{{{false}, {true}}};
        const PolicyChoice other =
            requestFromJson(R"({"policy": "snapkv", "budget_fraction": 0.2})", "It", request).policy;
        QCOMPARE(other.name, std::string("snapkv"));
        QCOMPARE(other.budget, (Budget{0.2, 0}));
        QVERIFY(!other.roles);
    }

    void errorsNameSourceAndField() {
        try {
            requestFromJson(R"({"cfg": "much"})", "The file", {});
            QFAIL("it was accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).startsWith("The file: \"cfg\""), error.what());
        }
    }

    void whatTheAuthorRecommends() {
        ModelFiles model;
        model.defaults = {"0.25M", 3, 0.5, 2, 0.9};
        model.aspectRatios = {0.5, 2.0};
        const GenerationRequest request = recommendedRequest(model);
        QCOMPARE(request.size, std::string("0.25M"));
        QCOMPARE(request.cfg, std::vector<double>{3});
        QCOMPARE(request.tau, std::vector<double>{0.5});
        QCOMPARE(request.topK, 2);
        QCOMPARE(request.topP, 0.9);
        QCOMPARE(request.aspectRatio, 0.5); // the first, where it does not draw squares
    }
};

QTEST_APPLESS_MAIN(TestRequest)
#include "tst_request.moc"
