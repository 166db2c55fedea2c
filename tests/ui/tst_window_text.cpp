#include "scalekv/layer_quantity.h"
#include "ui/shell/help_text.h"
#include "ui/text/policy_text.h"
#include "ui/text/request_summary.h"
#include "ui/text/shape_text.h"
#include "ui/text/unit_text.h"

#include <QLocale>
#include <QTest>

using namespace scalekv;

class TestWindowText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void durations_data();
    void durations();
    void texts();
    void helpExplainsWhatIsShown();
};

void TestWindowText::durations_data() {
    QTest::addColumn<double>("seconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << 0.2 << "less than a second";
    QTest::newRow("seconds") << 8.4 << "8 s";
    QTest::newRow("just below a minute") << 59.7 << "1 min 0 s";
    QTest::newRow("minutes") << 130.0 << "2 min 10 s";
    QTest::newRow("hours") << 3900.0 << "1 h 5 min";
}

void TestWindowText::durations() {
    QFETCH(double, seconds);
    QTEST(ui::durationText(std::chrono::duration<double>(seconds)), "text");
}

void TestWindowText::texts() {
    QCOMPARE(ui::mapText({.height = 20, .width = 16}), QString("20×16"));
    QCOMPARE(ui::scaleText(4, 13, {8, 8}), QString("Scale 5/13 · 8×8 tokens"));
    QCOMPARE(ui::aspectText(1.0, {256, 256}), QString("Square 1 · 256 × 256 px"));
    QCOMPARE(ui::sizeText("1M", {1248, 832}), QString("1248 × 832 · 1M"));
    QCOMPARE(ui::aspectText(0.666, {1248, 832}), QString("Landscape 0.666 · 1248 × 832 px"));
    QCOMPARE(ui::secondsText(0.25), QString("0.25 s"));
    QCOMPARE(ui::secondsText(3.14), QString("3.1 s"));
    QCOMPARE(ui::byteText(430 * 1048576), QString("430 MiB"));
    QCOMPARE(ui::byteText(8178893), QString("7.8 MiB"));
    QCOMPARE(ui::byteText(qint64(12) << 30), QString("12.0 GiB"));
    QCOMPARE(ui::byteText(640), QString("640 bytes"));
    GenerationRequest request;
    request.prompts = {"a fox"};
    request.negativePrompt = "text";
    request.seed = 42;
    request.size = "1M";
    request.cfg = {4, 3};
    request.tau = {1};
    const QString summary = ui::requestSummary(request);
    QVERIFY2(summary.startsWith("a fox\nnot: text\nseed 42 · 1M · cfg 4"), qPrintable(summary));
}

void TestWindowText::helpExplainsWhatIsShown() {
    const QString page = ui::helpText();
    QVERIFY(!page.contains("<!--"));
    for (const LayerQuantityInfo& info : layerQuantities())
        QVERIFY2(
            page.contains(
                QString::fromUtf8(info.sentence.data(), qsizetype(info.sentence.size())).toHtmlEscaped()),
            info.label.data());
    for (const std::string_view name : policyNames())
        QVERIFY2(page.contains(ui::policySentence(name).toHtmlEscaped()), name.data());
}

QTEST_MAIN(TestWindowText)
#include "tst_window_text.moc"
