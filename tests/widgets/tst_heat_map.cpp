#include "tests/widgets/value_text.h"
#include "widgets/heat_map.h"

#include <QAccessible>
#include <QApplication>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>

#include <cmath>

using scalekv::widgets::HeatMap;
using scalekv::widgets::HeatMapFigure;

class TestHeatMap : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void clickChooses();
    void keysChoose();
    void keysFollowTheOrderShown();
    void choosingByProgramIsSilent();
    void newFigureKeepsTheChosenCell();
    void hovers();
    void tooltips();
    void paintsTheNewValue();
    void paintsOnlyTheCell();
    void newSpanPaintsAll();
    void chosenCellIsFramed();
    void focusIsSeen();
    void speaks();

private:
    static HeatMapFigure figure(int rows = 4, int columns = 3);
    static QPoint middle(const HeatMap& map, int row, int column) {
        return map.cellRect(row, column).center().toPoint();
    }
};

namespace {

/// Counts what is painted.
class CountingMap : public HeatMap {
public:
    QRegion painted;

protected:
    void paintEvent(QPaintEvent* event) override {
        painted += event->region();
        HeatMap::paintEvent(event);
    }
};

void show(QWidget& widget, QSize size = {300, 300}) {
    widget.resize(size);
    widget.show();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
}

QVector<QList<QVariant>> signalled(QSignalSpy& spy) {
    QVector<QList<QVariant>> all(spy.cbegin(), spy.cend());
    spy.clear();
    return all;
}

} // namespace

HeatMapFigure TestHeatMap::figure(int rows, int columns) {
    QStringList rowNames, columnNames;
    for (int i = 0; i < rows; ++i)
        rowNames += QString::number(i + 1);
    for (int i = 0; i < columns; ++i)
        columnNames += QString::number(i + 1);
    HeatMapFigure result(rowNames, columnNames);
    result.rowAxis = "layer";
    result.columnAxis = "scale";
    for (int i = 0; i < result.values.size(); ++i)
        result.values[i] = i;
    return result;
}

void TestHeatMap::clickChooses() {
    HeatMap map;
    map.setFigure(figure());
    show(map);
    QSignalSpy chosen(&map, &HeatMap::cellSelected);
    QTest::mouseClick(&map, Qt::LeftButton, {}, middle(map, 2, 1));
    QCOMPARE(signalled(chosen), (QVector<QList<QVariant>>{{2, 1}}));
    QCOMPARE(map.selectedRow(), 2);
    QCOMPARE(map.selectedColumn(), 1);
    QTest::mouseClick(&map, Qt::LeftButton, {}, middle(map, 2, 1)); // already
    QTest::mouseClick(&map, Qt::RightButton, {}, middle(map, 0, 0));
    QTest::mouseClick(&map, Qt::LeftButton, {}, QPoint(1, 1)); // no cell
    QVERIFY(chosen.isEmpty());
    QCOMPARE(map.selectedRow(), 2);
}

void TestHeatMap::keysChoose() {
    HeatMap map;
    map.setFigure(figure());
    show(map);
    QSignalSpy chosen(&map, &HeatMap::cellSelected);
    const auto press = [&](Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(&map, key, modifiers);
        return std::pair(map.selectedRow(), map.selectedColumn());
    };
    QCOMPARE(press(Qt::Key_Right), std::pair(0, 0)); // nothing was chosen: the first one
    QCOMPARE(press(Qt::Key_Right), std::pair(0, 1));
    QCOMPARE(press(Qt::Key_Down), std::pair(1, 1));
    QCOMPARE(press(Qt::Key_End), std::pair(1, 2));
    QCOMPARE(press(Qt::Key_Home), std::pair(1, 0));
    QCOMPARE(press(Qt::Key_PageDown), std::pair(3, 0));
    QCOMPARE(press(Qt::Key_PageUp), std::pair(0, 0));
    QCOMPARE(press(Qt::Key_End, Qt::ControlModifier), std::pair(3, 2));
    QCOMPARE(press(Qt::Key_Home, Qt::ControlModifier), std::pair(0, 0));
    QCOMPARE(chosen.count(), 9);
    QCOMPARE(chosen.last(), (QList<QVariant>{0, 0}));
    QCOMPARE(press(Qt::Key_Up), std::pair(0, 0)); // the edge
    QCOMPARE(press(Qt::Key_Left), std::pair(0, 0));
    QCOMPARE(chosen.count(), 9);
}

void TestHeatMap::keysFollowTheOrderShown() {
    HeatMap map;
    map.setFigure(figure());
    map.setRowOrder({3, 1, 0, 2});
    show(map);
    QVERIFY(map.cellRect(3, 0).top() < map.cellRect(1, 0).top());
    map.setSelected(3, 1);
    QTest::keyClick(&map, Qt::Key_Down);
    QCOMPARE(map.selectedRow(), 1);
    QTest::keyClick(&map, Qt::Key_PageDown);
    QCOMPARE(map.selectedRow(), 2);
    QSignalSpy chosen(&map, &HeatMap::cellSelected);
    QTest::mouseClick(&map, Qt::LeftButton, {}, middle(map, 0, 2));
    QCOMPARE(signalled(chosen), (QVector<QList<QVariant>>{{0, 2}}));
}

void TestHeatMap::choosingByProgramIsSilent() {
    HeatMap map;
    map.setFigure(figure());
    QSignalSpy chosen(&map, &HeatMap::cellSelected);
    map.setSelected(1, 2);
    QCOMPARE(map.selectedColumn(), 2);
    map.setSelected(4, 0); // no such row
    QCOMPARE(map.selectedRow(), -1);
    QCOMPARE(map.selectedColumn(), -1);
    QVERIFY(chosen.isEmpty());
}

void TestHeatMap::newFigureKeepsTheChosenCell() {
    HeatMap map;
    map.setFigure(figure(4, 3));
    map.setSelected(3, 2);
    map.setFigure(figure(4, 5));
    QCOMPARE(map.selectedRow(), 3);
    map.setFigure(figure(3, 5));
    QCOMPARE(map.selectedRow(), -1);
}

void TestHeatMap::hovers() {
    HeatMap map;
    map.setFigure(figure());
    show(map);
    QSignalSpy hovered(&map, &HeatMap::cellHovered);
    QTest::mouseMove(&map, middle(map, 1, 1));
    QTest::mouseMove(&map, middle(map, 1, 1) + QPoint(2, 2)); // still there
    QTest::mouseMove(&map, middle(map, 0, 2));
    QTest::mouseMove(&map, QPoint(1, 1));
    QCOMPARE(signalled(hovered), (QVector<QList<QVariant>>{{1, 1}, {0, 2}, {-1, -1}}));
    QTest::mouseMove(&map, middle(map, 3, 0));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(&map, &leave);
    QCOMPARE(signalled(hovered), (QVector<QList<QVariant>>{{3, 0}, {-1, -1}}));
}

void TestHeatMap::tooltips() {
    HeatMap map;
    map.setFigure(figure());
    show(map);
    const auto textAt = [&](QPoint position) {
        QHelpEvent help(QEvent::ToolTip, position, map.mapToGlobal(position));
        QCoreApplication::sendEvent(&map, &help);
        return QToolTip::text();
    };
    QCOMPARE(textAt(middle(map, 1, 2)), QString("layer 2, scale 3: 5"));
    map.setCellText([](int row, int column) { return QString("cell %1/%2").arg(row).arg(column); });
    QCOMPARE(textAt(middle(map, 3, 0)), QString("cell 3/0"));
    textAt(QPoint(1, 1));
    QTRY_VERIFY(QToolTip::text().isEmpty() || !QToolTip::isVisible());
}

void TestHeatMap::paintsTheNewValue() {
    HeatMap map;
    HeatMapFigure data = figure();
    data.colours.minimum = 0;
    data.colours.maximum = 1;
    map.setFigure(data);
    show(map);
    for (const double value : {0.0, 0.5, 1.0}) {
        map.setValue(2, 1, value);
        QCOMPARE(map.grab().toImage().pixelColor(middle(map, 2, 1)), data.colours.colour(value, {0, 1}));
    }
    QCOMPARE(map.figure().value(2, 1), 1.0);
    map.setValue(9, 9, 0.5); // nowhere
    QVERIFY(std::isnan(map.figure().value(9, 9)));
}

void TestHeatMap::paintsOnlyTheCell() {
    CountingMap map;
    HeatMapFigure data = figure(40, 13);
    data.colours.minimum = 0;
    data.colours.maximum = 1;
    map.setFigure(data);
    show(map);
    QCoreApplication::processEvents();
    map.painted = {};
    for (int i = 0; i < 1000; ++i)
        map.setValue(20, 5, i / 1000.0);
    QTRY_VERIFY(!map.painted.isEmpty());
    QVERIFY(map.painted.contains(middle(map, 20, 5)));
    const QRect bounds = map.painted.boundingRect();
    QVERIFY2(bounds.width() < 40 && bounds.height() < 30, qPrintable(scalekv::test::text(bounds)));
}

void TestHeatMap::newSpanPaintsAll() {
    HeatMap map;
    map.setFigure(figure());
    show(map);
    const QColor before = map.grab().toImage().pixelColor(middle(map, 1, 1));
    map.setValue(3, 2, 1000);
    const QColor after = map.grab().toImage().pixelColor(middle(map, 1, 1));
    QVERIFY2(before != after, "a value of 4 is little beside 1000");
}

void TestHeatMap::chosenCellIsFramed() {
    HeatMap map;
    map.setFigure(figure());
    show(map);
    const QColor accent = map.palette().color(QPalette::Highlight);
    const auto framed = [&](int row, int column) {
        const QRect cell = map.cellRect(row, column).toRect();
        return map.grab().toImage().pixelColor(cell.left(), cell.center().y()) == accent;
    };
    QVERIFY(!framed(1, 1));
    map.setSelected(1, 1);
    QVERIFY(framed(1, 1));
    map.setSelected(2, 1);
    QVERIFY(framed(2, 1) && !framed(1, 1));
}

void TestHeatMap::focusIsSeen() {
    QWidget window;
    window.resize(400, 300);
    HeatMap map(&window), other(&window);
    map.setFigure(figure());
    map.resize(200, 200);
    other.setGeometry(200, 0, 200, 200);
    show(window, {400, 300});
    QApplication::setActiveWindow(&window);
    other.setFocus();
    QTRY_VERIFY(other.hasFocus());
    const QImage without = map.grab().toImage();
    map.setFocus();
    QTRY_VERIFY(map.hasFocus());
    QVERIFY(map.grab().toImage() != without);
}

void TestHeatMap::speaks() {
    HeatMap map;
    HeatMapFigure data = figure();
    data.title = "Selectivity";
    data.markName = "drafter";
    map.setFigure(data);
    QCOMPARE(map.accessibleName(), QString("Selectivity"));
    map.setSelected(1, 2);
    QCOMPARE(map.accessibleDescription(), QString("layer 2, scale 3: 5"));
    map.setValue(1, 2, 0.25);
    QCOMPARE(map.accessibleDescription(), QString("layer 2, scale 3: 0.25"));
    map.setMarked(1, 2, true);
    QCOMPARE(map.accessibleDescription(), QString("layer 2, scale 3: 0.25, drafter"));
    map.setSelected(-1, -1);
    QVERIFY(map.accessibleDescription().isEmpty());
}

QTEST_MAIN(TestHeatMap)
#include "tst_heat_map.moc"
