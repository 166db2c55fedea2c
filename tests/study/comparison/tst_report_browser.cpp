#include "scalekv/comparison_report.h"
#include "tests/mutate.h"
#include "tests/study/comparison/report_fixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace scalekv;

namespace {

/// Does as a reader with a keyboard and a mouse, and writes down what is seen.
constexpr const char* kReader = R"js(<pre id="seen"></pre><script>
(async () => {
  const seen = {};
  const key = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const at = (id) => document.getElementById(id);
  const [a, b] = [at("imageA"), at("imageB")];
  const thumbnails = [...document.querySelectorAll(".sheet img")];
  await Promise.all(thumbnails.map((image) => image.decode()));
  seen.widths = thumbnails.map((image) => image.naturalWidth);
  await wait(50);
  seen.first = [document.body.dataset.mode, document.querySelectorAll("#side img").length];
  key("2");
  seen.swipe = [document.body.dataset.mode, b.style.clipPath];
  key("ArrowRight");
  seen.swiped = b.style.clipPath;
  await b.decode();
  const box = at("pair").getBoundingClientRect();
  at("pair").dispatchEvent(new PointerEvent("pointerdown", { clientX: box.left + box.width / 4, buttons: 1, bubbles: true }));
  seen.dragged = b.style.clipPath;
  key("3");
  seen.blink = [document.body.dataset.mode, b.style.visibility];
  await wait(700);
  seen.blinked = b.style.visibility;
  key(" ");
  const byHand = b.style.visibility;
  await wait(1500);
  seen.byHand = byHand !== "hidden" && b.style.visibility === byHand;
  key("4");
  seen.difference = [b.style.mixBlendMode, at("pair").style.filter];
  const before = b.src;
  key("ArrowRight");
  seen.otherColumn = b.src !== before;
  key("n");
  seen.row = at("row").selectedIndex;
  key("p");
  key("+"); key("+");
  seen.zoom = a.style.width;
  document.querySelectorAll(".sheet article")[1].querySelectorAll("button")[2].click();
  seen.clicked = [at("row").selectedIndex, at("b").selectedIndex, b.src === thumbnails[5].src];
  seen.evil = document.body.dataset.evil === undefined && document.querySelectorAll("script").length === 2;
  seen.asked = performance.getEntriesByType("resource").filter((entry) => !entry.name.startsWith("data:")).length;
  seen.charts = [...document.querySelectorAll(".plots svg[role]:not(.heat)")].every((svg) => svg.getBoundingClientRect().height > 100);
  seen.wide = document.documentElement.scrollWidth <= document.documentElement.clientWidth;
  // Many columns go on below, however narrow the page is.
  const sheet = document.querySelector(".sheet");
  sheet.style.setProperty("--columns", 12);
  for (const cells of sheet.querySelectorAll("article > div"))
    for (let n = 0; n < 9; ++n) cells.append(cells.lastElementChild.cloneNode(true));
  seen.wraps = ["1050px", "560px", "320px"].map((width) => {
    sheet.style.width = width;
    const figures = [...sheet.querySelector("article").querySelectorAll("figure")];
    return sheet.scrollWidth <= sheet.clientWidth && figures[0].offsetTop < figures.at(-1).offsetTop &&
      figures[0].querySelector("img").offsetTop === figures[1].querySelector("img").offsetTop && figures.every((figure) => figure.clientWidth >= 120);
  });
  seen.ground = getComputedStyle(document.body).backgroundColor;
  at("seen").textContent = JSON.stringify(seen);
})().catch((error) => { document.getElementById("seen").textContent = JSON.stringify({ error: String(error) }); });
</script>)js";

QString browser() {
    for (const char* name : {"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"})
        if (const QString path = QStandardPaths::findExecutable(QLatin1String(name)); !path.isEmpty())
            return path;
    return {};
}

} // namespace

class TestReportBrowser : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aReaderComparesPictures() {
        const QString program = browser();
        if (program.isEmpty())
            QSKIP("No Chromium or Chrome is installed: the report is not looked at in a real browser.");
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        writeReport(path,
                    test::comparisonIn(path, "<script>document.body.dataset.evil = 1</script> \"a fox\""));
        std::string html = test::readBytes(path / "report.html");
        html.insert(html.rfind("</body>"), kReader);
        test::writeBytes(path / "read.html", html);

        QProcess process;
        process.start(program,
                      {QStringLiteral("--headless"), QStringLiteral("--no-sandbox"),
                       QStringLiteral("--disable-gpu"), QStringLiteral("--window-size=1280,720"),
                       QStringLiteral("--user-data-dir=") + folder.filePath(QStringLiteral("profile")),
                       QStringLiteral("--virtual-time-budget=20000"), QStringLiteral("--dump-dom"),
                       QStringLiteral("file://") + folder.filePath(QStringLiteral("read.html"))});
        QVERIFY(process.waitForFinished(300000));
        const QByteArray dom = process.readAllStandardOutput();
        const qsizetype begin = dom.indexOf("<pre id=\"seen\">") + 15, end = dom.indexOf("</pre>", begin);
        QByteArray text = dom.mid(begin, end - begin);
        text.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&");
        const QJsonObject seen = QJsonDocument::fromJson(text).object();
        QVERIFY2(!seen.isEmpty() && !seen.contains(QStringLiteral("error")),
                 qPrintable(QString::fromUtf8(text) + QString::fromUtf8(process.readAllStandardError())));

        const auto list = [](std::initializer_list<QJsonValue> values) { return QJsonArray(values); };
        QCOMPARE(seen["widths"].toArray(), list({16, 16, 16, 16, 16, 16}));
        QCOMPARE(seen["first"].toArray(), list({"side", 3}));
        QCOMPARE(seen["swipe"].toArray(), list({"swipe", "inset(0px 0px 0px 50%)"}));
        QCOMPARE(seen["swiped"].toString(), QStringLiteral("inset(0px 0px 0px 52%)"));
        QCOMPARE(seen["dragged"].toString(), QStringLiteral("inset(0px 0px 0px 25%)"));
        QCOMPARE(seen["blink"].toArray(), list({"blink", ""}));
        QCOMPARE(seen["blinked"].toString(), QStringLiteral("hidden"));
        QVERIFY(seen["byHand"].toBool());
        QCOMPARE(seen["difference"].toArray(), list({"difference", "brightness(8)"}));
        QVERIFY(seen["otherColumn"].toBool());
        QCOMPARE(seen["row"].toInt(), 1);
        QCOMPARE(seen["zoom"].toString(), QStringLiteral("128px"));
        QCOMPARE(seen["clicked"].toArray(), list({1, 2, true}));
        QVERIFY(seen["evil"].toBool());
        QCOMPARE(seen["asked"].toInt(-1), 0);
        QVERIFY(seen["charts"].toBool());
        QCOMPARE(seen["wraps"].toArray(), list({true, true, true}));
        QVERIFY(seen["wide"].toBool()); // nothing sticks out at 1280 pixels
    }
};

QTEST_GUILESS_MAIN(TestReportBrowser)
#include "tst_report_browser.moc"
