#include "widgets/exact_number_box.h"

#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

#include <limits>

using scalekv::widgets::ExactNumberBox;

class TestExactNumberBox : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsEveryNumber_data();
    void keepsEveryNumber();
    void typing_data();
    void typing();
    void stepping_data();
    void stepping();
    void stopsAtTheEnds();
    void zeroHasAName();
    void textComesAfterTheNumber();
};

void TestExactNumberBox::keepsEveryNumber_data() {
    QTest::addColumn<double>("number");
    QTest::addColumn<QString>("text");
    QTest::newRow("short") << 3.5 << "3.5";
    QTest::newRow("pi") << 3.14159265358979 << "3.14159265358979";
    QTest::newRow("0.1 + 0.2") << 0.1 + 0.2 << "0.30000000000000004";
    QTest::newRow("small") << 1e-4 << "0.0001";
    QTest::newRow("tiny") << std::numeric_limits<double>::denorm_min() << "5e-324";
    QTest::newRow("huge") << std::numeric_limits<double>::max() << "1.7976931348623157e+308";
    QTest::newRow("negative") << -2.25 << "-2.25";
}

void TestExactNumberBox::keepsEveryNumber() {
    QFETCH(double, number);
    ExactNumberBox box;
    box.setValue(number);
    QVERIFY(box.value() == number); // QCOMPARE is content with nearly
    QTEST(box.text(), "text");
    const QString text = box.text();
    box.setValue(1);
    box.setText(text);
    QVERIFY(box.value() == number);
}

void TestExactNumberBox::typing_data() {
    QTest::addColumn<QString>("keys");
    QTest::addColumn<double>("value");
    QTest::newRow("whole") << "12" << 12.0;
    QTest::newRow("point") << "0.25" << 0.25;
    QTest::newRow("comma") << "0,25" << 0.25;
    QTest::newRow("exponent") << "1e-4" << 1e-4;
    QTest::newRow("unfinished exponent") << "3e" << 3.0;
    QTest::newRow("letters are refused") << "1x2y" << 12.0;
    QTest::newRow("not finite") << "inf" << 7.0;
    QTest::newRow("nothing keeps the value") << "" << 7.0;
}

void TestExactNumberBox::typing() {
    QFETCH(QString, keys);
    QFETCH(double, value);
    ExactNumberBox box;
    box.setValue(7);
    box.selectAll();
    QTest::keyClick(&box, Qt::Key_Delete);
    QTest::keyClicks(&box, keys);
    QTest::keyClick(&box, Qt::Key_Return);
    QVERIFY(box.value() == value);
    QCOMPARE(box.text().toDouble(), value); // nothing unfinished stays
}

void TestExactNumberBox::stepping_data() {
    QTest::addColumn<double>("from");
    QTest::addColumn<int>("stepsInOne");
    QTest::addColumn<double>("up");
    QTest::addColumn<double>("down");
    QTest::newRow("on a step") << 3.0 << 2 << 3.5 << 2.5;
    QTest::newRow("between steps") << 3.14159 << 2 << 3.5 << 3.0;
    QTest::newRow("twentieths") << 0.35 << 20 << 0.4 << 0.3;
    QTest::newRow("just beside a step") << 0.1 + 0.2 << 20 << 0.35 << 0.25;
    QTest::newRow("hundredths") << 0.97 << 100 << 0.98 << 0.96;
}

void TestExactNumberBox::stepping() {
    QFETCH(double, from);
    QFETCH(int, stepsInOne);
    QFETCH(double, up);
    QFETCH(double, down);
    ExactNumberBox box;
    box.setSteps(0, 30, stepsInOne);
    box.setValue(from);
    QTest::keyClick(&box, Qt::Key_Up);
    QVERIFY2(box.value() == up, qPrintable(box.text()));
    box.setValue(from);
    QTest::keyClick(&box, Qt::Key_Down);
    QVERIFY2(box.value() == down, qPrintable(box.text()));
}

void TestExactNumberBox::stopsAtTheEnds() {
    ExactNumberBox box;
    box.setSteps(0.01, 1, 20);
    box.setValue(0.05);
    QTest::keyClick(&box, Qt::Key_Down);
    QCOMPARE(box.value(), 0.01);
    QTest::keyClick(&box, Qt::Key_Down);
    QCOMPARE(box.value(), 0.01);
    QTest::keyClick(&box, Qt::Key_Up);
    QCOMPARE(box.value(), 0.05);
    box.setValue(5); // given, so kept
    QTest::keyClick(&box, Qt::Key_Up);
    QCOMPARE(box.value(), 5.0);
}

void TestExactNumberBox::zeroHasAName() {
    ExactNumberBox box;
    box.setSteps(0, 1, 100);
    box.setZeroName("off");
    QCOMPARE(box.text(), QString("off"));
    QTest::keyClick(&box, Qt::Key_Up);
    QCOMPARE(box.value(), 0.01);
    box.selectAll();
    QTest::keyClicks(&box, "off");
    QCOMPARE(box.value(), 0.0);
}

void TestExactNumberBox::textComesAfterTheNumber() {
    ExactNumberBox box;
    box.setValue(1);
    QVector<double> seen;
    connect(&box, &ExactNumberBox::textChanged, this, [&] { seen += box.value(); });
    box.selectAll();
    QTest::keyClicks(&box, "23");
    QCOMPARE(seen, (QVector<double>{2, 23}));
}

QTEST_MAIN(TestExactNumberBox)
#include "tst_exact_number_box.moc"
