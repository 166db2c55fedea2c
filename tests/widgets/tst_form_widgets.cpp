#include "widgets/choice_box.h"
#include "widgets/collapsible_section.h"
#include "widgets/column_scroll_area.h"
#include "widgets/marked_field.h"
#include "widgets/problem_label.h"
#include "widgets/tab_order.h"
#include "widgets/wheel_guard.h"

#include <QApplication>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <QWindow>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace scalekv::widgets;

namespace {

/// As the system sends it: to the window, which finds the widget.
void wheelDown(QWidget* over) {
    QWidget* window = over->window();
    const QPointF place = over->mapTo(window, over->rect().center());
    QWheelEvent event(place, window->mapToGlobal(place), {}, QPoint(0, -120), Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QSpontaneKeyEvent::setSpontaneous(&event); // else Qt does not pass it on to the parents
    qApp->notify(window->windowHandle(), &event);
}

/// W3C's contrast of two colours; 4.5 and more is readable.
double contrast(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& colour) {
        const auto part = [](double v) {
            return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) + 0.0722 * part(colour.blueF());
    };
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace

/// The small widgets that forms are made of.
class TestFormWidgets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wheelScrollsPastAField();
    void typedFieldStaysInSight();
    void columnIsAsWideAsItsContents();
    void openingASectionKeepsTheWidth();
    void oneChoiceIsPlainText();
    void choiceStaysWhenOfferedAgain();
    void markCanBeRead_data();
    void markCanBeRead();
    void longWordsBreak();
    void tabGoesAsDrawn();
};

void TestFormWidgets::wheelScrollsPastAField() {
    auto* contents = new QWidget;
    auto* column = new QVBoxLayout(contents);
    auto* other = new QLineEdit(contents);
    auto* number = new QSpinBox(contents);
    auto* list = new QComboBox(contents);
    list->addItems({"a", "b", "c"});
    column->addWidget(other);
    column->addWidget(number);
    column->addWidget(list);
    auto* tall = new QWidget(contents);
    tall->setFixedHeight(1000);
    column->addWidget(tall);
    for (QWidget* field : {static_cast<QWidget*>(number), static_cast<QWidget*>(list)})
        guardWheel(field);
    ColumnScrollArea area(contents);
    area.resize(200, 200);
    area.show();
    other->setFocus();
    QVERIFY(QTest::qWaitForWindowActive(&area));

    for (QWidget* field : {static_cast<QWidget*>(list), static_cast<QWidget*>(number)}) {
        area.verticalScrollBar()->setValue(0);
        wheelDown(field);
        QVERIFY2(area.verticalScrollBar()->value() > 0, field->metaObject()->className());
        QVERIFY(!field->hasFocus());
    }
    QCOMPARE(number->value(), 0);
    QCOMPARE(list->currentIndex(), 0);

    area.verticalScrollBar()->setValue(0);
    number->setFocus();
    wheelDown(number);
    QCOMPARE(number->value(), 0); // at its lowest already
    number->setValue(5);
    wheelDown(number);
    QCOMPARE(number->value(), 4);
}

void TestFormWidgets::typedFieldStaysInSight() {
    auto* contents = new QWidget;
    auto* column = new QVBoxLayout(contents);
    auto* problem = new QLabel("This is wrong.\nIt needs three lines.\nHere they are.", contents);
    problem->hide();
    column->addWidget(problem);
    std::vector<QLineEdit*> lines;
    for (int i = 0; i < 12; ++i) {
        lines.push_back(new QLineEdit(contents));
        column->addWidget(lines.back());
    }
    ColumnScrollArea area(contents);
    area.resize(200, 200);
    area.show();
    QVERIFY(QTest::qWaitForWindowActive(&area));
    const auto inSight = [&](const QLineEdit* line) {
        return area.viewport()->rect().contains(QRect(line->mapTo(area.viewport(), QPoint()), line->size()));
    };
    QLineEdit* last = lines[0]; // the lowest that is in sight
    for (QLineEdit* line : lines) {
        if (inSight(line))
            last = line;
    }
    QVERIFY(last != lines.front() && last != lines.back());
    last->setFocus();
    QTest::qWait(20);
    problem->show(); // above it
    QTRY_VERIFY(problem->height() > 20);
    QTest::qWait(20);
    QVERIFY(inSight(last));
    area.resize(200, 100); // or the room shrinks
    QTest::qWait(20);
    QVERIFY(inSight(last));
    // Who has scrolled it away is left alone.
    area.verticalScrollBar()->setValue(area.verticalScrollBar()->maximum());
    QVERIFY(!inSight(last));
    problem->hide();
    QTest::qWait(20);
    area.resize(200, 110);
    QVERIFY(!inSight(last));
}

void TestFormWidgets::columnIsAsWideAsItsContents() {
    auto* contents = new QWidget;
    auto* column = new QVBoxLayout(contents);
    auto* wide = new QLabel("x", contents);
    column->addWidget(wide);
    QWidget window;
    auto* outer = new QVBoxLayout(&window);
    outer->addWidget(new ColumnScrollArea(contents, &window));
    window.show();
    wide->setMinimumWidth(700); // a longer text, another font, …
    QTRY_VERIFY(window.minimumSizeHint().width() > 700);
    QTRY_VERIFY(window.width() > 700);
}

void TestFormWidgets::openingASectionKeepsTheWidth() {
    auto* contents = new QWidget;
    contents->setMinimumWidth(300);
    auto* column = new QVBoxLayout(contents);
    auto* field = new QLineEdit(contents);
    field->setMinimumWidth(300);
    column->addWidget(field);
    CollapsibleSection section("More", contents);
    section.show();
    const int closed = section.minimumSizeHint().width();
    section.setExpanded(true);
    QCOMPARE(section.minimumSizeHint().width(), closed);
}

void TestFormWidgets::oneChoiceIsPlainText() {
    ChoiceBox choice;
    choice.show();
    choice.setChoices({{"Square", 1.0}});
    QVERIFY(!choice.box()->isVisible());
    QVERIFY(choice.findChild<QLabel*>()->isVisible());
    QCOMPARE(choice.findChild<QLabel*>()->accessibleName(), QString("Square"));
    QCOMPARE(choice.chosen().toDouble(), 1.0);
    choice.setChoices({{"Square", 1.0}, {"Wide", 0.5}});
    QVERIFY(choice.box()->isVisible());
    QVERIFY(!choice.findChild<QLabel*>()->isVisible());
}

void TestFormWidgets::choiceStaysWhenOfferedAgain() {
    ChoiceBox choice;
    choice.setChoices({{"a", 1}, {"b", 2}});
    QVERIFY(choice.choose(2));
    QVERIFY(!choice.choose(3));
    QSignalSpy changed(&choice, &ChoiceBox::chosenChanged);
    choice.setChoices({{"b, seen otherwise", 2}, {"c", 3}});
    QCOMPARE(choice.chosen().toInt(), 2);
    QCOMPARE(choice.chosenText(), QString("b, seen otherwise"));
    QCOMPARE(changed.count(), 0);
}

void TestFormWidgets::markCanBeRead_data() {
    QTest::addColumn<QColor>("window");
    QTest::addColumn<QColor>("text");
    QTest::newRow("light") << QColor(0xf4, 0xf5, 0xf7) << QColor(0x1b, 0x1d, 0x21);
    QTest::newRow("dark") << QColor(0x24, 0x26, 0x2a) << QColor(0xe7, 0xe9, 0xec);
}

void TestFormWidgets::markCanBeRead() {
    QFETCH(QColor, window);
    QFETCH(QColor, text);
    QWidget themed;
    auto* line = new QLineEdit("1 two 3");
    auto* field = new MarkedField(line, &themed);
    themed.show();
    field->setProblem("“two” is not a number."); // before the theme is changed: the mark follows
    themed.setPalette(
        QPalette(text, window, window.lighter(), window.darker(), window, text, text, window, window));
    const QPalette shown = line->palette();
    const auto* why = field->findChild<ProblemLabel*>();
    const double inField = contrast(shown.color(QPalette::Text), shown.color(QPalette::Base));
    const double below = contrast(why->palette().color(QPalette::WindowText), window);
    const bool marked = shown.color(QPalette::Base) != window;
    field->setProblem({});
    const bool unmarked = line->palette().color(QPalette::Base) == window;
    QVERIFY(marked);
    QVERIFY(unmarked);
    QVERIFY2(inField >= 4.5, qPrintable(QString::number(inField)));
    QVERIFY2(below >= 4.5, qPrintable(QString::number(below)));
    QVERIFY(why->isHidden());
}

void TestFormWidgets::longWordsBreak() {
    ProblemLabel label;
    label.setProblem("/a/very/long/path/" + QString(300, 'x'));
    QVERIFY(label.minimumSizeHint().width() < 300);
    QCOMPARE(label.problem().size(), 318);
}

void TestFormWidgets::tabGoesAsDrawn() {
    // Made from the last to the first.
    auto* last = new QLineEdit;
    auto* right = new QToolButton;
    auto* left = new QLineEdit;
    auto* first = new QLineEdit;
    right->setFocusPolicy(Qt::TabFocus);
    QWidget window;
    auto* contents = new QWidget;
    auto* form = new QFormLayout(contents);
    auto* row = new QHBoxLayout;
    row->addWidget(left);
    row->addWidget(right);
    form->addRow("first", first);
    form->addRow("pair", row);
    auto* outer = new QVBoxLayout(&window);
    outer->addWidget(new ColumnScrollArea(contents, &window));
    outer->addWidget(last);
    tabAsDrawn(&window);
    window.show();
    first->setFocus();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    for (QWidget* next :
         {static_cast<QWidget*>(left), static_cast<QWidget*>(right), static_cast<QWidget*>(last)}) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), next);
    }
}

QTEST_MAIN(TestFormWidgets)
#include "tst_form_widgets.moc"
