#include "widgets/number_list_edit.h"

#include <QTest>

using scalekv::widgets::NumberListEdit;

class TestNumberListEdit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reading_data();
    void reading();
    void writing();
};

void TestNumberListEdit::reading_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QVector<double>>("numbers");
    QTest::addColumn<QString>("badWord");
    QTest::newRow("empty") << "" << QVector<double>() << "";
    QTest::newRow("one") << "3" << QVector<double>{3} << "";
    QTest::newRow("all separators") << " 3, 2.5;2  1e1 " << QVector<double>{3, 2.5, 2, 10} << "";
    QTest::newRow("negative") << "-1 0" << QVector<double>{-1, 0} << "";
    QTest::newRow("word") << "1 two 3" << QVector<double>{1, 3} << "two";
    QTest::newRow("not finite") << "1 inf" << QVector<double>{1} << "inf";
}

void TestNumberListEdit::reading() {
    QFETCH(QString, text);
    NumberListEdit edit;
    QTest::keyClicks(&edit, text);
    QTEST(edit.numbers(), "numbers");
    QTEST(edit.firstBadWord(), "badWord");
}

void TestNumberListEdit::writing() {
    NumberListEdit edit;
    const QVector<double> numbers{3, 0.1, -2.25};
    edit.setNumbers(numbers);
    QCOMPARE(edit.text(), QString("3, 0.1, -2.25"));
    QCOMPARE(edit.numbers(), numbers);
}

QTEST_MAIN(TestNumberListEdit)
#include "tst_number_list_edit.moc"
