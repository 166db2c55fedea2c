#include "scalekv/file_stem.h"

#include <QtTest/QtTest>

using namespace scalekv;

class TestFileStem : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stems_data();
    void stems();
    void numbered();
    void longOnesEndOnAWholeCharacter();
    void brokenUtf8();
};

void TestFileStem::stems_data() {
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<QString>("stem");
    QTest::newRow("plain") << "A red apple, on blue!"
                           << "a-red-apple-on-blue-7";
    QTest::newRow("paths") << "../../etc/passwd"
                           << "etc-passwd-7";
    QTest::newRow("signs") << "  \"a/B\\C\": *what?* "
                           << "a-b-c-what-7";
    QTest::newRow("only signs") << "???"
                                << "picture-7";
    QTest::newRow("nothing") << ""
                             << "picture-7";
    QTest::newRow("umlaut") << "Äpfel"
                            << "Äpfel-7";
    QTest::newRow("Cyrillic") << "красное яблоко"
                              << "красное-яблоко-7";
    QTest::newRow("Japanese") << "赤いりんご、青い背景。"
                              << "赤いりんご-青い背景-7";
    QTest::newRow("typographic") << "“fox” — the ‘best’…"
                                 << "fox-the-best-7";
    QTest::newRow("hidden") << QString::fromUtf16(u"a\u202Efox\u00A0\u200Bred\u2028x") << "a-fox-red-x-7";
    QTest::newRow("long") << QString("abcdefghi ").repeated(20)
                          << "abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-7";
}

void TestFileStem::stems() {
    QFETCH(QString, prompt);
    QTEST(QString::fromStdString(fileStem(prompt.toStdString(), 7)), "stem");
}

void TestFileStem::numbered() {
    QCOMPARE(fileStem("a fox", 1, 12), std::string("012-a-fox-1"));
    QCOMPARE(titleStem("a fox: Cache budget × Policy"), std::string("a-fox-cache-budget-policy"));
}

void TestFileStem::longOnesEndOnAWholeCharacter() {
    for (int letters = 50; letters < 65; ++letters) {
        const std::string stem =
            fileStem(std::string(static_cast<std::size_t>(letters), 'a') + "äöü漢字äöü", 1);
        QVERIFY(stem.size() <= 62);
        QVERIFY(!QString::fromStdString(stem).contains(QChar::ReplacementCharacter));
    }
    const std::string dashed = fileStem(std::string(59, 'a') + " b", 1);
    QCOMPARE(dashed, std::string(59, 'a') + "-1");
}

void TestFileStem::brokenUtf8() {
    QCOMPARE(fileStem("a\xff\xc3 fox\xe2\x82", 1), std::string("a-fox-1"));
}

QTEST_APPLESS_MAIN(TestFileStem)
#include "tst_file_stem.moc"
