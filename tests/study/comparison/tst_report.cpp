#include "engine/study/comparison/report/html_text.h"
#include "engine/study/comparison/report/svg_plot.h"
#include "scalekv/comparison_report.h"
#include "scalekv/comparison_summary.h"
#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "scalekv/png.h"
#include "scalekv/results_folder.h"
#include "tests/message_of.h"
#include "tests/mutate.h"
#include "tests/study/comparison/report_fixture.h"

#include <QByteArray>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>
#include <limits>

using namespace scalekv;
using test::messageOf;
namespace fs = std::filesystem;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// What an XML reader finds wrong; empty where it is whole.
QString xmlProblem(const std::string& text) {
    QXmlStreamReader reader(QByteArray::fromStdString(text));
    while (!reader.atEnd())
        reader.readNext();
    return reader.hasError() ? reader.errorString() : QString();
}

} // namespace

class TestReport : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;

    fs::path path(const char* name = "") const { return fs::path(folder_->path().toStdString()) / name; }
    std::string report() const { return test::readBytes(path("report.html")); }

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void textIsEscaped_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("html");
        const auto row = [](const char* name, const char* text, const char* html) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(html);
        };
        row("plain", "a fox, 10 %", "a fox, 10 %");
        row("script", "</script><script>alert(1)</script>",
            "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
        row("quotes", "\"a\" & 'b'", "&quot;a&quot; &amp; &#39;b&#39;");
        row("other scripts", "\u00fc\u4e2d\U0001F98A", "\u00fc\u4e2d\U0001F98A");
        row("no UTF-8", "a\xff\xc3", "a\uFFFD\uFFFD");
        row("control characters", "a\x01\x1b[31m\tb\x7f\u0085", "a  [31m b  ");
        row("lines", "a\nb", "a\nb");
    }
    void textIsEscaped() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, html);
        QCOMPARE(QByteArray::fromStdString(htmlText(text.toStdString())), html);
    }

    void base64IsQts() {
        QByteArray bytes;
        for (int n = 0; n < 260; ++n) {
            QCOMPARE(QByteArray::fromStdString(base64(bytes.toStdString())), bytes.toBase64());
            bytes.append(char(n * 7));
        }
    }

    void plotsAreWholeWhateverIsInThem() {
        Plot plot{"a < b", "MiB & more", "\"KL\"", true, {}};
        QVERIFY(plot.empty());
        plot.series.push_back({"<b>", {{0, 1, 0}, {1, kNan, 0}, {2, INFINITY, 0}}});
        QVERIFY(plot.empty());                       // 0 has no place on a logarithmic axis
        plot.series.push_back({"one", {{3, 5, 0}}}); // neither axis has a length
        QVERIFY(!plot.empty());
        QCOMPARE(xmlProblem(plotSvg(plot)), QString());
        plot.series.push_back({"two", {{1, 0, 0.5}, {30, -2, kNan}, {900, 1e9, -1}}});
        const std::string svg = plotSvg(plot);
        QCOMPARE(xmlProblem(svg), QString());
        QVERIFY(svg.find("nan") == std::string::npos && svg.find("inf") == std::string::npos);
        QCOMPARE(test::countOf(svg, "class=\"error\""), 3); // a bar and its two ends, once
        QCOMPARE(test::countOf(svg, "class=\"mark\""), 4);
        // Numbers that no step can part, and none at all but 0.
        QCOMPARE(
            xmlProblem(plotSvg({"", "", "", false, {{"far", {{1e17, 1e17, 0}, {1e17 + 16, 1e17 + 16, 0}}}}})),
            QString());
        QCOMPARE(xmlProblem(plotSvg({"", "", "", true, {{"zero", {{1, 0, 0}, {1.01, 0, 0}}}}})), QString());
        QCOMPARE(xmlProblem("<a>" + legendHtml(plot) + "</a>"), QString());
        QCOMPARE(xmlProblem(heatSvg({{0, 1}, {kNan, 3}}, "layer", "scale")), QString());
        QCOMPARE(xmlProblem(heatSvg({{0}}, "layer", "scale")), QString());
    }

    void aPageHoldsEverythingAndAsksForNothing() {
        const Comparison comparison = test::comparisonIn(path(), "a fox, \"red\"");
        writeReport(path(), comparison);
        const std::string html = report();
        QCOMPARE(test::countOf(html, "src=\"data:image/png;base64,"), 6);
        // Nothing in it names another place, but the one that drawings are told apart by.
        for (const char* word :
             {"http:", "https:", "url(", "@import", "<link", "src=\"/", "fetch(", "import("})
            QVERIFY2(html.find(word) == std::string::npos, word);
        QVERIFY(html.find("default-src 'none'") != std::string::npos);
        // Pictures lie in it as they lie in the folder, recipes and all.
        const std::string png = test::readBytes(path(pictureName(comparison, {0, 7}, 1).c_str()));
        QVERIFY(html.find(base64(png)) != std::string::npos);
        // The table's own words, and error bars, for there are two prompts.
        for (const char* words : {"snapkv", "0.04000", "PSNR over bytes kept", "KL divergence by scale",
                                  "class=\"error\"", "By layer", "Recipe of the first picture, snapkv 10 %"})
            QVERIFY2(html.find(words) != std::string::npos, words);
    }

    void wordsAreExplainedWhereTheyStand() {
        Comparison comparison = test::comparisonIn(path(), "a fox");
        writeReport(path(), comparison);
        QVERIFY(report().find("the peak signal-to-noise ratio") != std::string::npos);
        comparison.settings.mode = ComparisonMode::TeacherForced;
        for (ChoiceRecord& record : comparison.records)
            record.free.reset();
        writeReport(path(), comparison);
        QVERIFY(report().find("PSNR") == std::string::npos);
    }

    /// Equal factors are equally far apart as soon as budgets reach over more than four.
    void bytesAreSpreadByFactors() {
        QVERIFY(!wantsLogarithm(1, 4) && wantsLogarithm(1, 4.1) && !wantsLogarithm(0, 5));
        // Where the tick stands on the PSNR curve's axis; the budgets are 8 MiB and `most`.
        const auto tickAt = [this](int most, const char* tick) {
            Comparison comparison = test::comparisonIn(path(), "a fox");
            for (ChoiceRecord& record : comparison.records)
                record.free->cost.kvBytes = std::int64_t(record.choice == 0 ? 8 : most) << 20;
            writeReport(path(), comparison);
            const QString html = QString::fromStdString(report());
            const qsizetype begin = html.indexOf(QLatin1String("aria-label=\"PSNR over bytes kept\""));
            const QRegularExpression text(
                QStringLiteral("<text x=\"([0-9.]+)\" y=\"252.0\"[^>]*>%1</text>").arg(QLatin1String(tick)));
            const auto match =
                text.match(html.mid(begin, html.indexOf(QLatin1String("</svg>"), begin) - begin));
            return match.hasMatch() ? match.captured(1).toDouble() : kNan;
        };
        const double ten = tickAt(40, "10"), fifteen = tickAt(40, "15"), twenty = tickAt(40, "20"),
                     thirty = tickAt(40, "30");
        QVERIFY(fifteen > ten && std::abs((twenty - ten) - (thirty - fifteen)) < 0.25);
        QVERIFY(std::abs((tickAt(30, "20") - tickAt(30, "15")) - (tickAt(30, "15") - tickAt(30, "10"))) <
                0.25);
    }

    void promptsCannotBreakOut() {
        const std::string evil =
            "</title><script>document.body.dataset.evil=1</script>\"'><img src=x onerror=alert(1)>\xff";
        writeReport(path(), test::comparisonIn(path(), evil));
        const std::string html = report();
        QCOMPARE(test::countOf(html, "<script>"), 1); // our own
        QVERIFY(html.find("<img src=x") == std::string::npos);
        QVERIFY(html.find('\xff') == std::string::npos);
    }

    void unfinishedResultsAreShownAsFarAsTheyGo() {
        Comparison comparison = test::comparisonIn(path(), "a fox");
        comparison.records.resize(1);
        comparison.full.resize(1);
        writeReport(path(), comparison);
        QCOMPARE(test::countOf(report(), "<img alt"), 2);
        QVERIFY(report().find("Not finished yet") != std::string::npos);
        comparison.records.clear();
        comparison.full.clear();
        writeReport(path(), comparison);
        QCOMPARE(test::countOf(report(), "<img alt"), 0);
    }

    void manyLargePicturesAreMadeSmaller() {
        Comparison comparison = test::comparisonIn(path(), "a fox");
        const std::string name = pictureName(comparison, {0, 7}, {});
        writePng(path(name.c_str()), test::noise(1200, 1)); // 4 MiB, and the others are taken to be as large
        comparison.settings.seeds.clear();
        comparison.records.resize(1);
        comparison.full.resize(1);
        for (std::uint64_t seed = 7; seed < 27; ++seed) {
            comparison.settings.seeds.push_back(seed);
            if (seed > 7)
                comparison.full.push_back({{0, seed}, {}, ""});
        }
        writeReport(path(), comparison);
        QVERIFY(report().find("Shown at 1/2 of their size") != std::string::npos);
        QVERIFY(report().size() < (8u << 20));
    }

    void runsThatAreAComparisonBecomeOne() {
        test::Runs runs;
        writeReport(path("out"), runs.views());
        const Comparison read = readResults(path("out"));
        QCOMPARE(toJson(read), test::readBytes(path("out/results.json")));
        QCOMPARE(read.records.size(), std::size_t(2));
        QVERIFY(read.complete());
        QCOMPARE(read.settings.mode, ComparisonMode::Free);
        QCOMPARE(read.records[0].free->psnr,
                 runDifference(runs.views()[0].run, runs.views()[1].run).picture.psnr);
        QCOMPARE(readPng(path("out") / pictureName(read, {0, 7}, 0)).image.pixels, runs.pictures[1].pixels);
        QVERIFY(fs::exists(path("out/results.csv")));
        // Not over anything by accident.
        QVERIFY(messageOf([&] {
                    writeReport(path("out"), runs.views());
                }).contains(QStringLiteral("is there already")));
        writeReport(path("out"), runs.views(), true);

        for (ComparedRun& run : runs.forced())
            QVERIFY(run.teacherForced || &run.run.picture == &runs.pictures[0]);
        QCOMPARE(comparisonOf(runs.forced()).settings.mode, ComparisonMode::Both);
    }

    void stoppingLeavesNothing_data() {
        QTest::addColumn<bool>("comparison");
        QTest::newRow("a comparison") << true;
        QTest::newRow("other runs") << false;
    }
    void stoppingLeavesNothing() {
        QFETCH(bool, comparison);
        test::Runs runs;
        if (!comparison)
            runs.recipes[1].request.cfg = {7};
        std::vector<double> told;
        writeReport(path("whole"), runs.views(), false, [&](double done) { told.push_back(done); });
        QCOMPARE(told, (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
        QVERIFY(!fs::exists(path("whole/.unfinished-report")));
        for (std::size_t at = 0; at + 1 < told.size(); ++at) {
            std::stop_source stop;
            const auto stopThere = [&](double done) {
                if (done == told[at])
                    stop.request_stop();
            };
            QVERIFY_EXCEPTION_THROWN(
                writeReport(path("out"), runs.views(), false, stopThere, stop.get_token()), Cancelled);
            QVERIFY(!fs::exists(path("out")));
        }
        // Over an earlier report: that stays, every byte.
        const std::string before = test::readBytes(path("whole/report.html"));
        runs.pictures[0] = test::noise(runs.pictures[0].width, 99);
        std::stop_source stop;
        QVERIFY_EXCEPTION_THROWN(writeReport(
                                     path("whole"), runs.views(), true,
                                     [&](double done) {
                                         if (done > 0.7)
                                             stop.request_stop();
                                     },
                                     stop.get_token()),
                                 Cancelled);
        QVERIFY(test::readBytes(path("whole/report.html")) == before);
        QVERIFY(!fs::exists(path("whole/.unfinished-report")));
        writeReport(path("whole"), runs.views(), true);
        QVERIFY(test::readBytes(path("whole/report.html")) != before);
    }

    void otherRunsAreShownAllTheSame() {
        test::Runs runs;
        runs.recipes[1].request.cfg = {7};
        runs.recipes[2].model.name = "Other <b>";
        QVERIFY(
            messageOf([&] { comparisonOf(runs.views()); }).contains(QStringLiteral("cfg is 7.0, not 3.0")));
        const std::vector<std::string> missing{"snapkv 1: too <small>."};
        writeReport(path("out"), runs.views(), false, {}, {}, missing);
        QVERIFY(!fs::exists(path("out/results.json")));
        const std::string html = test::readBytes(path("out/report.html"));
        QCOMPARE(test::countOf(html, "src=\"data:image/png;base64,"), 3);
        for (const char* words : {"cfg is 7.0, not 3.0", "Other &lt;b&gt;", "Bits that differ by scale",
                                  "Not made: snapkv 1: too &lt;small&gt;.", "structural similarity"})
            QVERIFY2(html.find(words) != std::string::npos, words);
    }

    void whatIsNoComparison_data() {
        QTest::addColumn<int>("what");
        QTest::addColumn<QString>("names");
        const char* names[] = {"against the full cache", "two runs", "stands twice", "by different models",
                               "not known"};
        for (int n = 0; n < 5; ++n)
            QTest::newRow(names[n]) << n << QString::fromLatin1(names[n]);
    }
    void whatIsNoComparison() {
        QFETCH(int, what);
        QFETCH(QString, names);
        test::Runs runs;
        if (what == 0)
            std::swap(runs.recipes[0], runs.recipes[1]);
        if (what == 2)
            runs.recipes[2] = runs.recipes[1];
        if (what == 3)
            runs.recipes[1].model.transformer = "sha1:other";
        if (what == 4)
            runs.bits[2].clear();
        const auto views = runs.views();
        const QString said =
            messageOf([&] { comparisonOf(what == 1 ? std::span(views).first(1) : std::span(views)); });
        QVERIFY2(said.contains(names), qPrintable(said));
    }

    void picturesOfOtherSizesHaveNoFigures() {
        test::Runs runs;
        runs.pictures[2] = test::noise(24, 9);
        runs.bits[2].clear();
        runs.reports[2] = {};
        writeReport(path("out"), runs.views());
        const std::string html = test::readBytes(path("out/report.html"));
        QVERIFY(html.find("of another size") != std::string::npos);
        QCOMPARE(test::countOf(html, "src=\"data:image/png;base64,"), 3);
    }

    void aFullDiskIsOneSentence() {
        if (!fs::exists("/dev/full"))
            QSKIP("There is no /dev/full here.");
        const Comparison comparison = test::comparisonIn(path(), "a fox");
        fs::create_symlink("/dev/full", path("report.html"));
        const QString said = messageOf([&] { writeReport(path(), comparison); });
        QVERIFY2(said.contains(QStringLiteral("report.html")) || said.contains(QStringLiteral("/dev/full")),
                 qPrintable(said));
        QCOMPARE(said.count(QLatin1Char('\n')), 0);
    }
};

QTEST_APPLESS_MAIN(TestReport)
#include "tst_report.moc"
