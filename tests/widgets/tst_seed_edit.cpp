#include "widgets/seed_edit.h"

#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using scalekv::widgets::SeedEdit;
using scalekv::widgets::SeedSpinBox;

class TestSeedEdit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void typing_data();
    void typing();
    void stepping();
    void dice();
    void programIsNotTyping();
};

void TestSeedEdit::typing_data() {
    QTest::addColumn<QString>("keys");
    QTest::addColumn<quint64>("value");
    QTest::newRow("zero") << "0" << quint64(0);
    QTest::newRow("small") << "42" << quint64(42);
    QTest::newRow("largest") << "18446744073709551615" << ~quint64(0);
    QTest::newRow("last digit does not fit") << "18446744073709551616" << quint64(1844674407370955161);
    QTest::newRow("letters are refused") << "1a2-b3" << quint64(123);
    QTest::newRow("nothing keeps the value") << "" << quint64(7);
}

void TestSeedEdit::typing() {
    QFETCH(QString, keys);
    QFETCH(quint64, value);
    SeedEdit edit;
    edit.setValue(7);
    auto* line = edit.findChild<QLineEdit*>();
    line->selectAll();
    QTest::keyClick(line, Qt::Key_Delete);
    QTest::keyClicks(line, keys);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(edit.value(), value);
    QCOMPARE(line->text(), QString::number(value));
}

void TestSeedEdit::stepping() {
    SeedEdit edit;
    auto* box = edit.findChild<SeedSpinBox*>();
    edit.setValue(0);
    QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(edit.value(), quint64(0));
    QTest::keyClick(box, Qt::Key_Up);
    QCOMPARE(edit.value(), quint64(1));
    edit.setValue(~quint64(0));
    QTest::keyClick(box, Qt::Key_Up);
    QCOMPARE(edit.value(), ~quint64(0));
    QTest::keyClick(box, Qt::Key_PageDown);
    QCOMPARE(edit.value(), ~quint64(0) - 10);
}

void TestSeedEdit::dice() {
    SeedEdit edit;
    edit.show();
    QVERIFY(QTest::qWaitForWindowExposed(&edit));
    QSignalSpy changed(&edit, &SeedEdit::valueChanged);
    QSignalSpy typed(&edit, &SeedEdit::valueTyped);
    const quint64 before = edit.value();
    QTest::mouseClick(edit.findChild<QToolButton*>("dice"), Qt::LeftButton);
    QVERIFY(edit.value() != before);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(typed.count(), 0);
}

void TestSeedEdit::programIsNotTyping() {
    SeedEdit edit;
    QSignalSpy typed(&edit, &SeedEdit::valueTyped);
    edit.setValue(5);
    QCOMPARE(typed.count(), 0);
    QTest::keyClick(edit.findChild<QLineEdit*>(), Qt::Key_1);
    QCOMPARE(typed.count(), 1);
}

QTEST_MAIN(TestSeedEdit)
#include "tst_seed_edit.moc"
