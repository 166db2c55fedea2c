#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "scalekv/png.h"
#include "scalekv/recipe.h"
#include "scalekv/results_folder.h"
#include "tests/message_of.h"
#include "tests/mutate.h"
#include "tests/small_model.h"
#include "tests/without_times.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <functional>
#include <limits>

using namespace scalekv;
using nlohmann::json;
using test::messageOf;
namespace fs = std::filesystem;

namespace {

/// Counts what is told, and asks to stop after some pictures.
class Watcher final : public ComparisonObserver {
public:
    explicit Watcher(int stopAfter = std::numeric_limits<int>::max()) : stopAfter_(stopAfter) {}

    void progressed(const ComparisonProgress& progress) override {
        rising = rising && progress.progress.done >= last.progress.done && progress.run <= progress.runs;
        last = progress;
    }
    void fullFinished(const FullRecord& /*record*/, const RgbImage& picture, bool again) override {
        ++fulls;
        repeated += again ? 1 : 0;
        pictures += picture.empty() ? 0 : 1;
    }
    void choiceFinished(const ChoiceRecord& /*record*/, const RgbImage& picture) override {
        pictures += picture.empty() ? 0 : 1;
        if (++choices == stopAfter_)
            source.request_stop();
    }

    int fulls = 0, repeated = 0, choices = 0, pictures = 0;
    bool rising = true;
    ComparisonProgress last;
    std::stop_source source;

private:
    int stopAfter_;
};

PolicyChoice choiceOf(const std::string& name, const std::string& budget) {
    PolicyChoice choice;
    choice.name = name;
    choice.budget = Budget::parse(budget);
    return choice;
}

/// Wrapped, for Qt takes a bare function apart.
struct Change {
    std::function<void(ComparisonSettings&)> apply;
};

json figuresOf(const fs::path& folder) {
    return test::withoutTimes(json::parse(test::readBytes(folder / "results.json")));
}

int count(const std::string& text, const std::string& word) {
    int found = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        ++found;
    return found;
}

} // namespace

class TestComparison : public QObject {
    Q_OBJECT

    std::shared_ptr<const Model> model_;
    std::unique_ptr<QTemporaryDir> folder_;

    fs::path path(const char* name) const { return fs::path(folder_->path().toStdString()) / name; }

    /// The first layers of the demo model at its smallest: seven scales, 265 tokens of history.
    ComparisonSettings settings() const {
        ComparisonSettings settings;
        settings.request.prompts = {"a red apple on a blue background"};
        settings.seeds = {3};
        settings.choices = {choiceOf("snapkv", "20%"), choiceOf("sliding-window", "20%")};
        settings.request.size = "0.06M";
        settings.request.cfg = {3};
        return settings;
    }
    Comparison compare(const char* name, const ComparisonSettings& settings, Watcher& watcher,
                       ResultsStart start = ResultsStart::Continue) const {
        return compareInto(path(name), *model_, settings, "1.2.3", start, watcher,
                           watcher.source.get_token());
    }

private Q_SLOTS:
    void initTestCase() {
        LoadOptions options;
        options.precision = Precision::Float32;
        const QString small = test::smallModelPath();
        QVERIFY(!small.isEmpty());
        model_ = Model::load(findModel(small.toStdString()), options);
    }
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void fullAgainstFullIsEqual() {
        ComparisonSettings same = settings();
        same.choices = {PolicyChoice{}};
        Watcher watcher;
        const Comparison comparison = compare("out", same, watcher);
        QVERIFY(comparison.complete());
        const ChoiceRecord& record = comparison.records.front();
        QCOMPARE(record.teacherForced->kl, 0.0);
        QCOMPARE(record.teacherForced->bits, 0.0);
        QCOMPARE(record.teacherForced->klPerScale, std::vector<double>(7, 0.0));
        QCOMPARE(record.free->psnr, std::numeric_limits<double>::infinity());
        QCOMPARE(record.free->ssim, 1.0);
        QCOMPARE(record.free->bits, 0.0);
        const std::int64_t bytes = prepare(model_, same.request).plan().fullPeakKvBytes;
        QCOMPARE(comparison.full.front().cost.kvBytes, bytes);
        QCOMPARE(record.free->cost.kvBytes, bytes);
        QCOMPARE(record.teacherForced->cost.kvBytes, bytes);
        QVERIFY(readPng(path("out/pictures/001-seed3-full.png")).image.pixels ==
                readPng(path("out/pictures/001-seed3-full-again.png")).image.pixels);
    }

    void theFullPictureIsTheGeneratorsOwn() {
        ComparisonSettings one = settings();
        one.choices.pop_back();
        Watcher watcher;
        compare("out", one, watcher);
        const PngFile png = readPng(path("out/pictures/001-seed3-full.png"));
        GenerationRequest request = recipeOf(png.text).value().request;
        GenerationObserver nobody;
        QVERIFY(prepare(model_, request).run(nobody).images.front().pixels == png.image.pixels);
        // The compressed one, too.
        request.policy = one.choices.front();
        QVERIFY(prepare(model_, request).run(nobody).images.front().pixels ==
                readPng(path("out/pictures/001-seed3-snapkv-20pct.png")).image.pixels);
    }

    void compressionShowsWhereItBegins() {
        Watcher watcher;
        const Comparison comparison = compare("out", settings(), watcher);
        QCOMPARE(comparison.records.size(), std::size_t(2));
        const std::int64_t fullBytes = comparison.full.front().cost.kvBytes;
        for (const ChoiceRecord& record : comparison.records) {
            const TeacherForcedFigures& forced = *record.teacherForced;
            // 20 % of 265 tokens are 53. The first four maps together have 57: entries go after scale 3, so
            // that scale 4 is the first to miss any. (At scale 3 the map that loses entries is kept elsewhere
            // in memory, which may round differently.)
            for (std::size_t k = 0; k < 7; ++k)
                QVERIFY(k < 4 ? forced.klPerScale[k] < 1e-9 : forced.klPerScale[k] > 1e-6);
            for (std::size_t k = 0; k < 4; ++k)
                QCOMPARE(record.free->bitsPerScale[k], 0.0);
            QVERIFY(forced.kl > 0 && forced.kl < 1);
            QVERIFY(forced.bits > 0 && forced.bits < 0.5);
            QVERIFY(record.free->bits > 0 && record.free->psnr < 60 && record.free->ssim < 1);
            QVERIFY(forced.cost.kvBytes > 0 && forced.cost.kvBytes * 4 < fullBytes);
            QCOMPARE(record.free->cost.kvBytes, forced.cost.kvBytes);
            QVERIFY(forced.cost.peakKvBytes >= forced.cost.kvBytes && forced.cost.peakKvBytes < fullBytes);
        }
        // The same entries for both policies, but others.
        QCOMPARE(comparison.records[0].free->cost.kvBytes, comparison.records[1].free->cost.kvBytes);
        QVERIFY(comparison.records[0].teacherForced->kl != comparison.records[1].teacherForced->kl);
        QVERIFY(watcher.rising);
        QCOMPARE(watcher.last.progress.done, 1.0);
        QCOMPARE(watcher.last.runs, 5);
        QCOMPARE(watcher.pictures, 3);
    }

    void firstDifferencesAreTheSameFreeAndForced() {
        // Until something differs for the first time both ways of running see the same, random numbers
        // included; so at the first scale whose entries are missed they draw the same bits.
        Watcher watcher;
        for (const ChoiceRecord& record : compare("out", settings(), watcher).records)
            QCOMPARE(record.free->bitsPerScale[4], record.teacherForced->bitsPerScale[4]);
    }

    void eachModeByItself() {
        Watcher both, forcedOnly, freeOnly;
        const Comparison whole = compare("both", settings(), both);
        ComparisonSettings part = settings();
        part.mode = ComparisonMode::TeacherForced;
        const Comparison forced = compare("forced", part, forcedOnly);
        part.mode = ComparisonMode::Free;
        const Comparison free = compare("free", part, freeOnly);
        for (std::size_t i = 0; i < 2; ++i) {
            QCOMPARE(forced.records[i].teacherForced->klPerScale, whole.records[i].teacherForced->klPerScale);
            QVERIFY(!forced.records[i].free);
            QCOMPARE(free.records[i].free->psnr, whole.records[i].free->psnr);
            QVERIFY(!free.records[i].teacherForced);
        }
        QCOMPARE(forcedOnly.pictures, 0);
        QVERIFY(!fs::exists(path("forced/pictures")));
        const std::string report = test::readBytes(path("forced/report.html"));
        QVERIFY(report.find("KL divergence by scale") != std::string::npos);
        QVERIFY(report.find("<img") == std::string::npos);
        QCOMPARE(freeOnly.pictures, 3);
        QVERIFY(fs::exists(path("free/report.html")));
    }

    void stoppingKeepsWhatIsFinishedAndGoesOnFromThere() {
        ComparisonSettings two = settings();
        two.seeds = {3, 4};
        Watcher undisturbed;
        compare("whole", two, undisturbed);
        QCOMPARE(undisturbed.fulls, 2);
        QCOMPARE(undisturbed.choices, 4);

        Watcher first(1); // stops within the first pair
        QVERIFY_EXCEPTION_THROWN(compare("parts", two, first), Cancelled);
        QCOMPARE(json::parse(test::readBytes(path("parts/results.json")))["records"].size(), std::size_t(1));
        QVERIFY(fs::exists(path("parts/results.csv")));
        QVERIFY(!fs::exists(path("parts/report.html")));

        const std::size_t left = runsLeft(readResults(path("parts")), model_->layers());
        QCOMPARE(left, std::size_t(3 + 5));
        Watcher second(1); // stops at the end of the first pair
        QVERIFY_EXCEPTION_THROWN(compare("parts", two, second), Cancelled);
        QCOMPARE(std::size_t(second.last.runs), left);
        QCOMPARE(second.repeated, 1); // the pair's logits are needed again

        Watcher third;
        compare("parts", two, third);
        QCOMPARE(third.fulls, 1);
        QCOMPARE(third.repeated, 0);
        QCOMPARE(third.choices, 2);
        QCOMPARE(third.last.runs, 5);
        QVERIFY(figuresOf(path("parts")) == figuresOf(path("whole")));
        QVERIFY(fs::exists(path("parts/report.html")));

        const std::string results = test::readBytes(path("parts/results.json"));
        Watcher nothingLeft;
        QVERIFY(compare("parts", two, nothingLeft).complete());
        QCOMPARE(nothingLeft.fulls + nothingLeft.choices + nothingLeft.last.run, 0);
        QCOMPARE(test::readBytes(path("parts/results.json")), results);
    }

    void runsAreCountedBeforehand_data() {
        QTest::addColumn<int>("mode");
        QTest::addColumn<bool>("byLayer");
        for (const ComparisonMode mode : kComparisonModes)
            for (const bool byLayer : {false, true})
                QTest::addRow("%s%s", modeName(mode).c_str(), byLayer ? ", by layer" : "")
                    << int(mode) << byLayer;
    }
    /// As the progress counts them.
    void runsAreCountedBeforehand() {
        QFETCH(int, mode);
        QFETCH(bool, byLayer);
        ComparisonSettings asked = settings();
        asked.mode = ComparisonMode(mode);
        asked.klByLayer = byLayer;
        asked.seeds = {3, 4};
        Comparison comparison = plannedComparison(*model_, asked, "test");
        comparison.full.push_back({{0, 3}, {}, {}});
        comparison.records.push_back({{0, 3}, 1, {}, {}});
        class First final : public ComparisonObserver {
        public:
            void progressed(const ComparisonProgress& progress) override {
                runs = progress.runs;
                source.request_stop();
            }
            int runs = 0;
            std::stop_source source;
        } first;
        const std::size_t counted = runsLeft(comparison, model_->layers());
        QVERIFY_EXCEPTION_THROWN(runComparison(*model_, comparison, first, first.source.get_token()),
                                 Cancelled);
        QCOMPARE(std::size_t(first.runs), counted);
    }

    /// Stopped or killed while it was written: nothing else is made again.
    void aReportThatIsMissingIsWritten() {
        Watcher first, second;
        compare("out", settings(), first);
        const std::string report = test::readBytes(path("out/report.html"));
        fs::remove(path("out/report.html"));
        QVERIFY(compare("out", settings(), second).complete());
        QCOMPARE(second.fulls + second.choices + second.last.run, 0);
        QCOMPARE(test::readBytes(path("out/report.html")), report);
    }

    void otherSettingsAreRefusedUnlessStartedAnew() {
        Watcher first;
        compare("out", settings(), first);
        const std::string results = test::readBytes(path("out/results.json"));
        ComparisonSettings other = settings();
        other.seeds = {5};
        Watcher second;
        const QString said = messageOf([&] { compare("out", other, second); });
        QVERIFY2(said.contains(QStringLiteral("(settings seeds are [3], not [5])")), qPrintable(said));
        QCOMPARE(test::readBytes(path("out/results.json")), results);
        QCOMPARE(second.fulls, 0);
        // The same can be asked beforehand.
        const Comparison found = readResults(path("out"));
        const auto difference = [&](const ComparisonSettings& asked, const char* version) {
            return resultsDifference(found, plannedComparison(*model_, asked, programName(version)));
        };
        QCOMPARE(difference(settings(), "1.2.3"), std::string());
        QCOMPARE(difference(found.settings, "1.2.3"), std::string());
        QCOMPARE(difference(other, "1.2.3"), std::string("settings seeds are [3], not [5]"));
        QCOMPARE(difference(settings(), "1.2.4"),
                 std::string("program is \"scalekv 1.2.3\", not \"scalekv 1.2.4\""));
        ComparisonSettings policies = settings();
        policies.choices.pop_back();
        QCOMPARE(difference(policies, "1.2.3"),
                 std::string("settings policies are snapkv 20 %, sliding-window 20 %, not snapkv 20 %"));
        Comparison planned = plannedComparison(*model_, settings(), programName("1.2.3"));
        planned.precision = "bf16";
        QCOMPARE(resultsDifference(found, planned), std::string("model precision is \"fp32\", not \"bf16\""));

        // A report that is not written yet is not the earlier one.
        QVERIFY(fs::exists(path("out/report.html")));
        Watcher stopped(1);
        QVERIFY_EXCEPTION_THROWN(compare("out", other, stopped, ResultsStart::Anew), Cancelled);
        QVERIFY(!fs::exists(path("out/report.html")));
        compare("out", other, second, ResultsStart::Anew);
        QCOMPARE(second.choices, 2);
        QVERIFY(fs::exists(path("out/report.html")));
        QVERIFY(json::parse(test::readBytes(path("out/results.json")))["settings"]["seeds"] == json({5}));
    }

    void damagedResultsAreLeftAlone() {
        Watcher watcher;
        fs::create_directories(path("out"));
        const std::string damaged = "{\"scalekv_comparison\": 2, \"rec";
        test::writeBytes(path("out/results.json"), damaged);
        const QString said = messageOf([&] { compare("out", settings(), watcher); });
        QVERIFY2(said.contains(QStringLiteral("results.json")), qPrintable(said));
        QCOMPARE(test::readBytes(path("out/results.json")), damaged);
        QCOMPARE(watcher.fulls, 0);
    }

    void aFullRunThatCameOutDifferentlyIsAnError() {
        Watcher first(1);
        QVERIFY_EXCEPTION_THROWN(compare("out", settings(), first), Cancelled);
        json results = json::parse(test::readBytes(path("out/results.json")));
        results["full"][0]["bits_digest"] = "0000000000000000";
        test::writeBytes(path("out/results.json"), results.dump());
        Watcher second;
        const QString said = messageOf([&] { compare("out", settings(), second); });
        QVERIFY2(said.contains(QStringLiteral("other bits")), qPrintable(said));
    }

    void aPictureThatIsGoneLeavesItsCellEmpty() {
        Watcher watcher;
        compare("out", settings(), watcher);
        const std::string whole = test::readBytes(path("out/report.html"));
        fs::remove(path("out/pictures/001-seed3-snapkv-20pct.png"));
        test::writeBytes(path("out/pictures/001-seed3-sliding-window-20pct.png"), "no picture");
        compare("out", settings(), watcher);
        const std::string report = test::readBytes(path("out/report.html"));
        QCOMPARE(count(whole, "<img alt"), 3);
        QCOMPARE(count(report, "<img alt"), 1);
        QVERIFY(report.find("no picture") == std::string::npos);
    }

    void aFolderSaysWhatItHolds() {
        Watcher watcher;
        const Comparison made = compare("out", settings(), watcher);
        const Comparison read = readResults(path("out"));
        QCOMPARE(toJson(read), toJson(made));
        QVERIFY(read.settings.request.prompts == made.settings.request.prompts);
        QVERIFY(read.settings.choices == made.settings.choices);
        Watcher again;
        QVERIFY(compare("out", read.settings, again).complete()); // goes on from there: nothing is left
        QCOMPARE(again.fulls, 0);
        QVERIFY(
            messageOf([&] { readResults(path("nothing")); }).contains(QStringLiteral("holds no results")));
        test::writeBytes(path("out/results.json"), "{}");
        QVERIFY(messageOf([&] { readResults(path("out")); }).contains(QStringLiteral("results.json")));
    }

    void impossibleSettings_data() {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, const std::function<void(ComparisonSettings&)>& change,
                            const char* names) {
            QTest::newRow(name) << Change{change} << QString::fromLatin1(names);
        };
        row(
            "no prompt", [](ComparisonSettings& s) { s.request.prompts.clear(); }, "prompt");
        row(
            "no seed", [](ComparisonSettings& s) { s.seeds.clear(); }, "seed");
        row(
            "no policy", [](ComparisonSettings& s) { s.choices.clear(); }, "policy");
        row(
            "prompt twice", [](ComparisonSettings& s) { s.request.prompts.push_back(s.request.prompts[0]); },
            "twice");
        row(
            "seed twice",
            [](ComparisonSettings& s) {
                s.seeds = {1, 2, 1};
            },
            "1 stands twice");
        row(
            "policy twice", [](ComparisonSettings& s) { s.choices.push_back(s.choices[1]); },
            "sliding-window 20 %");
        row(
            "unknown policy", [](ComparisonSettings& s) { s.choices[0].name = "magic"; }, "magic");
        row(
            "unknown size", [](ComparisonSettings& s) { s.request.size = "2M"; }, "2M");
    }
    void impossibleSettings() {
        QFETCH(Change, change);
        QFETCH(QString, names);
        ComparisonSettings wrong = settings();
        change.apply(wrong);
        Watcher watcher;
        const QString said = messageOf([&] { compare("out", wrong, watcher); });
        QVERIFY2(said.contains(names), qPrintable(said));
        QVERIFY(!fs::exists(path("out")));
    }

    void theFolderCannotBeMade() {
        test::writeBytes(path("file"), "x");
        Watcher watcher;
        QVERIFY(
            messageOf([&] { compare("file/out", settings(), watcher); }).contains(QStringLiteral("folder")));
    }
};

QTEST_APPLESS_MAIN(TestComparison)
#include "tst_comparison.moc"
