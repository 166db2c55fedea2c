#include "scalekv/unit_text.h"

#include <QtTest/QtTest>

using namespace scalekv;

class TestUnitText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void durations_data();
    void durations();
    void bytes_data();
    void bytes();
};

void TestUnitText::durations_data() {
    QTest::addColumn<double>("seconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("hundredths") << 0.854 << "0.85 s";
    QTest::newRow("tenths") << 1.26 << "1.3 s";
    QTest::newRow("seconds") << 9.96 << "10 s";
    QTest::newRow("minutes") << 59.7 << "1 min 0 s";
    QTest::newRow("hours") << 3900.0 << "1 h 5 min";
}

void TestUnitText::durations() {
    QFETCH(double, seconds);
    QTEST(QString::fromStdString(durationText(seconds)), "text");
}

void TestUnitText::bytes_data() {
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QString>("text");
    const qint64 mebi = 1 << 20;
    QTest::newRow("few") << qint64(5) << "5 B";
    QTest::newRow("decimal") << qint64(1536) << "1.5 KiB";
    QTest::newRow("whole") << 430 * mebi << "430 MiB";
    QTest::newRow("largest unit") << 2048 * 1024 * mebi << "2.0 TiB";
}

void TestUnitText::bytes() {
    QFETCH(qint64, bytes);
    QTEST(QString::fromStdString(byteText(bytes)), "text");
}

QTEST_APPLESS_MAIN(TestUnitText)
#include "tst_unit_text.moc"
