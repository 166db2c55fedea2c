#include "engine/io/printable.h"
#include "engine/io/utf8.h"

#include <QTest>

using namespace scalekv;

class TestUtf8 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void firstCharacterIsRead_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<uint>("code");
        QTest::addColumn<int>("bytes");
        QTest::newRow("one byte") << QByteArray("ab") << 0x61U << 1;
        QTest::newRow("NUL") << QByteArray("\0", 1) << 0U << 1;
        QTest::newRow("two bytes") << QByteArray("\u00E9!") << 0xE9U << 2;
        QTest::newRow("three bytes") << QByteArray("\u65E5\u672C") << 0x65E5U << 3;
        QTest::newRow("four bytes") << QByteArray("\U0001F98A") << 0x1F98AU << 4;
        QTest::newRow("the first of two bytes") << QByteArray("\u0080") << 0x80U << 2;
        QTest::newRow("the last of all") << QByteArray("\U0010FFFF") << 0x10FFFFU << 4;
    }
    void firstCharacterIsRead() {
        QFETCH(QByteArray, text);
        const auto character = firstCharacter(text.toStdString());
        QVERIFY(character);
        QTEST(uint(character->code), "code");
        QTEST(int(character->bytes), "bytes");
        QVERIFY(isUtf8(text.toStdString()));
    }

    void whatIsNoCharacter_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("stray continuation") << QByteArray("\x80");
        QTest::newRow("no lead byte") << QByteArray("\xFF");
        QTest::newRow("cut short") << QByteArray("\xE6\x97");
        QTest::newRow("not continued") << QByteArray("\xC3(");
        QTest::newRow("longer than need be, two bytes") << QByteArray("\xC1\xBF");
        QTest::newRow("longer than need be, three bytes") << QByteArray("\xE0\x9F\xBF");
        QTest::newRow("longer than need be, four bytes") << QByteArray("\xF0\x8F\xBF\xBF");
        QTest::newRow("half a surrogate pair") << QByteArray("\xED\xA0\x80");
        QTest::newRow("past the last") << QByteArray("\xF4\x90\x80\x80");
        QTest::newRow("five bytes") << QByteArray("\xF8\x88\x80\x80\x80");
    }
    void whatIsNoCharacter() {
        QFETCH(QByteArray, text);
        QVERIFY(!firstCharacter(text.toStdString()));
        QCOMPARE(isUtf8(text.toStdString()), text.isEmpty());
        QVERIFY(!isUtf8("good, then bad: \xFF"));
    }

    void everyCharacterIsWhatQtReads() {
        for (char32_t code = 0; code <= 0x10FFFF; ++code) {
            if ((code >= 0xD800 && code < 0xE000) || code == 0xFEFF) // which Qt drops as a byte order mark
                continue;
            const auto character = firstCharacter(QString::fromUcs4(&code, 1).toStdString());
            QVERIFY2(character && character->code == code, qPrintable(QString::number(code, 16)));
        }
    }

    void printableKeepsTextAndHidesTheRest() {
        QCOMPARE(printable("na\u00EFve \u65E5\u672C"), std::string("na\u00EFve \u65E5\u672C"));
        QCOMPARE(printable("a\nb\x7F"), std::string("a?b?"));
        QCOMPARE(printable("\xFF\xED\xA0\x80z"), std::string("????z"));
        QVERIFY(printable(std::string(1000, 'x')).ends_with("\u2026"));
    }
};

QTEST_APPLESS_MAIN(TestUtf8)
#include "tst_utf8.moc"
