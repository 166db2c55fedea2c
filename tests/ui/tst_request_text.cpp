#include "ui/request_text.h"

#include <QLocale>
#include <QTest>

using namespace scalekv;

class TestRequestText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void fileStem_data();
    void fileStem();
    void durations_data();
    void durations();
    void texts();
};

void TestRequestText::fileStem_data() {
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<QString>("stem");
    QTest::newRow("plain") << "a red apple"
                           << "a-red-apple-42";
    QTest::newRow("signs") << "  \"A/B\\C\": *what?* "
                           << "A-B-C-what-42";
    QTest::newRow("other alphabets") << "красное яблоко"
                                     << "красное-яблоко-42";
    QTest::newRow("only signs") << "../.."
                                << "picture-42";
    QTest::newRow("long") << QString("abcdefghi ").repeated(20)
                          << "abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-42";
}

void TestRequestText::fileStem() {
    QFETCH(QString, prompt);
    GenerationRequest request;
    request.prompts = {prompt.toStdString()};
    request.seed = 42;
    QTEST(ui::fileStem(request), "stem");
}

void TestRequestText::durations_data() {
    QTest::addColumn<double>("seconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << 0.2 << "less than a second";
    QTest::newRow("seconds") << 8.4 << "8 s";
    QTest::newRow("just below a minute") << 59.7 << "1 min 0 s";
    QTest::newRow("minutes") << 130.0 << "2 min 10 s";
    QTest::newRow("hours") << 3900.0 << "1 h 5 min";
}

void TestRequestText::durations() {
    QFETCH(double, seconds);
    QTEST(ui::durationText(std::chrono::duration<double>(seconds)), "text");
}

void TestRequestText::texts() {
    QCOMPARE(ui::mapText({.height = 20, .width = 16}), QString("20×16"));
    QCOMPARE(ui::scaleText(4, 13, {8, 8}), QString("Scale 5/13 · 8×8 tokens"));
    QCOMPARE(ui::aspectText(1.0, {256, 256}), QString("Square 1 · 256 × 256 px"));
    QCOMPARE(ui::aspectText(0.666, {1248, 832}), QString("Landscape 0.666 · 1248 × 832 px"));
    QCOMPARE(ui::secondsText(0.25), QString("0.25 s"));
    QCOMPARE(ui::secondsText(3.14), QString("3.1 s"));
}

QTEST_MAIN(TestRequestText)
#include "tst_request_text.moc"
