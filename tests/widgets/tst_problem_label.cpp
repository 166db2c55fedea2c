#include "widgets/problem_label.h"

#include <QApplication>
#include <QTest>

using scalekv::widgets::ProblemLabel;

class TestProblemLabel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followsThePalette();
};

void TestProblemLabel::followsThePalette() {
    QWidget window;
    ProblemLabel label(&window);
    const auto shade = [&label](QPalette::ColorRole role) { return label.palette().color(role).lightness(); };
    const QPalette usual = QApplication::palette();
    for (const Qt::GlobalColor ground : {Qt::black, Qt::white, Qt::black}) {
        QPalette theme = usual;
        theme.setColor(QPalette::Window, ground);
        QApplication::setPalette(theme);
        QCoreApplication::processEvents();
        QCOMPARE(label.palette().color(QPalette::Window), QColor(ground));
        const int difference = shade(QPalette::WindowText) - shade(QPalette::Window);
        QVERIFY2(ground == Qt::black ? difference > 128 : difference < -128,
                 qPrintable(QString::number(difference)));
    }
    QApplication::setPalette(usual);
}

QTEST_MAIN(TestProblemLabel)
#include "tst_problem_label.moc"
