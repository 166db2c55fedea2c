#include "widgets/message_bar.h"

#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using scalekv::widgets::MessageBar;

class TestMessageBar : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void closing();
    void action();
    void actionGoesWithItsMessage();
    void errorsStandTogether();
    void actionMayShowTheNext();
    void withdrawing();
    void followsThePalette();
};

void TestMessageBar::closing() {
    MessageBar bar;
    QVERIFY(bar.isHidden());
    bar.showMessage(MessageBar::Kind::Error, "file", "<b>not bold</b>");
    QVERIFY(!bar.isHidden());
    QCOMPARE(bar.text(), QString("<b>not bold</b>"));
    QVERIFY(bar.findChild<QPushButton*>()->isHidden());
    QTest::mouseClick(bar.findChild<QToolButton*>(), Qt::LeftButton);
    QVERIFY(bar.isHidden());
}

void TestMessageBar::action() {
    MessageBar bar;
    bar.showMessage(MessageBar::Kind::Info, "history", "Removed");
    QSignalSpy runs(bar.offer("Undo"), &QAction::triggered);
    QVERIFY(!bar.findChild<QPushButton*>()->isHidden());
    QTest::mouseClick(bar.findChild<QPushButton*>(), Qt::LeftButton);
    QCOMPARE(runs.count(), 1);
    QVERIFY(bar.isHidden());
}

void TestMessageBar::actionGoesWithItsMessage() {
    MessageBar bar;
    bar.showMessage(MessageBar::Kind::Info, "history", "Removed");
    const QPointer<QAction> undo = bar.offer("Undo");
    bar.showMessage(MessageBar::Kind::Error, "file", "Not saved");
    QVERIFY(bar.findChild<QPushButton*>()->isHidden());
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(!undo);
}

void TestMessageBar::actionMayShowTheNext() {
    MessageBar bar;
    bar.showMessage(MessageBar::Kind::Info, "model", "Made with another model");
    connect(bar.offer("Load it"), &QAction::triggered, &bar, [&bar] {
        bar.showMessage(MessageBar::Kind::Info, "model", "Loaded when this is finished");
        bar.offer("Now");
    });
    QTest::mouseClick(bar.findChild<QPushButton*>(), Qt::LeftButton);
    QVERIFY(!bar.isHidden());
    QCOMPARE(bar.findChild<QPushButton*>()->text(), QString("Now"));
    QVERIFY(!bar.findChild<QPushButton*>()->isHidden());
}

void TestMessageBar::errorsStandTogether() {
    MessageBar bar;
    bar.showMessage(MessageBar::Kind::Info, "history", "Removed");
    bar.showMessage(MessageBar::Kind::Error, "model", "No model");
    bar.showMessage(MessageBar::Kind::Error, "file", "No picture");
    QCOMPARE(bar.text(), QString("No model\nNo picture"));
    const QPointer<QAction> again = bar.offer("Again");
    bar.showMessage(MessageBar::Kind::Error, "file", "No picture either");
    QCOMPARE(bar.text(), QString("No model\nNo picture either"));
    QVERIFY(bar.findChild<QPushButton*>()->isHidden()); // it was about the one that gave way
    bar.offer("Again");
    bar.findChild<QPushButton*>()->click();
    QCOMPARE(bar.text(), QString("No model")); // something was done about the other
    bar.showMessage(MessageBar::Kind::Error, "file", "No picture either");
    bar.withdraw("model");
    QCOMPARE(bar.text(), QString("No picture either"));
    bar.showMessage(MessageBar::Kind::Info, "history", "Removed");
    QCOMPARE(bar.text(), QString("Removed"));
}

void TestMessageBar::withdrawing() {
    MessageBar bar;
    bar.showMessage(MessageBar::Kind::Error, "file", "Not saved");
    bar.withdraw("model");
    QVERIFY(!bar.isHidden());
    bar.withdraw("file");
    QVERIFY(bar.isHidden());
}

void TestMessageBar::followsThePalette() {
    MessageBar bar;
    bar.showMessage(MessageBar::Kind::Error, "file", "Not saved");
    const auto icon = [&bar] { return bar.findChild<QLabel*>()->pixmap().toImage(); };
    const QImage before = icon();
    QVERIFY(!before.isNull());
    const QPalette usual = QApplication::palette();
    QPalette other = usual;
    other.setColor(QPalette::ButtonText, QColor(250, 200, 10));
    QApplication::setPalette(other);
    QCoreApplication::processEvents();
    QVERIFY(icon() != before);
    QApplication::setPalette(usual);
}

QTEST_MAIN(TestMessageBar)
#include "tst_message_bar.moc"
