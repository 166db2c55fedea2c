#include "widgets/message_bar.h"

#include <QPushButton>
#include <QTest>
#include <QToolButton>

using scalekv::widgets::MessageBar;

class TestMessageBar : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void closing();
    void action();
};

void TestMessageBar::closing() {
    MessageBar bar;
    QVERIFY(bar.isHidden());
    bar.showMessage(MessageBar::Kind::Error, "<b>not bold</b>");
    QVERIFY(!bar.isHidden());
    QCOMPARE(bar.text(), QString("<b>not bold</b>"));
    QVERIFY(bar.findChild<QPushButton*>()->isHidden());
    QTest::mouseClick(bar.findChild<QToolButton*>(), Qt::LeftButton);
    QVERIFY(bar.isHidden());
}

void TestMessageBar::action() {
    MessageBar bar;
    int runs = 0;
    bar.showMessage(MessageBar::Kind::Info, "Removed", "Undo", [&runs] { ++runs; });
    QTest::mouseClick(bar.findChild<QPushButton*>(), Qt::LeftButton);
    QCOMPARE(runs, 1);
    QVERIFY(bar.isHidden());
}

QTEST_MAIN(TestMessageBar)
#include "tst_message_bar.moc"
