#include "widgets/stacked_bars.h"

#include <QApplication>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>

#include <cmath>

using scalekv::widgets::StackedBars;
using scalekv::widgets::StackedColumns;

class TestStackedBars : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void sums();
    void words();
    void segmentsAreStacked();
    void coloursAreWhereTheyShouldBe();
    void emptyPlotHasTheWindowsGround();
    void clickChooses();
    void keysChoose();
    void programIsSilent();
    void hovers();
    void tooltips();
    void valuesCome();
    void highlight();
    void chosenColumnIsSeen();
    void newDataForgets();
    void legendFits_data();
    void legendFits();
    void speaks();

private:
    static StackedColumns shares(int scales);
};

namespace {

void show(QWidget& widget, QSize size = {420, 300}) {
    widget.resize(size);
    widget.show();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
    QCoreApplication::processEvents(); // the plot is drawn anew from the event loop
    widget.grab();
}

QImage painted(QWidget& widget) {
    QCoreApplication::processEvents();
    return widget.grab().toImage();
}

} // namespace

/// Column k: equal shares of scales 1…k.
StackedColumns TestStackedBars::shares(int scales) {
    StackedColumns data;
    data.columnAxis = "scale";
    data.valueAxis = "attention";
    data.relation = "reads";
    data.maximum = 1;
    data.format = [](double value) { return QString::number(value * 100, 'f', 1) + " %"; };
    for (int column = 0; column < scales; ++column) {
        data.columns += QString::number(column + 1);
        data.segments += {QString("scale %1").arg(column + 1), {}};
        data.values += QVector<double>(column + 1, 1.0 / (column + 1));
    }
    return data;
}

void TestStackedBars::sums() {
    StackedColumns data = shares(4);
    QCOMPARE(data.sum(3), 1.0);
    QCOMPARE(data.value(1, 3), 0.0); // not read
    QCOMPARE(data.value(9, 0), 0.0);
    data.values[3][1] = NAN;
    QCOMPARE(data.sum(3), 0.75);
}

void TestStackedBars::words() {
    StackedColumns data = shares(8);
    QCOMPARE(data.text(7, 2), QString("scale 8 reads scale 3: 12.5 %"));
    QCOMPARE(data.text(7, -1), QString("scale 8: 100.0 %"));
    data.columnAxis = "scale that asks";
    data.columnWord = "scale";
    QCOMPARE(data.text(7, 2), QString("scale 8 reads scale 3: 12.5 %"));
    data.relation.clear();
    data.format = nullptr;
    QCOMPARE(data.text(7, 2), QString("scale 8, scale 3: 0.125"));
    QVERIFY(data.text(8, 0).isEmpty());
}

void TestStackedBars::segmentsAreStacked() {
    StackedBars bars;
    bars.setData(shares(4));
    show(bars);
    double height = 0;
    for (int segment = 0; segment < 4; ++segment) {
        const QRectF box = bars.segmentRect(3, segment);
        if (segment > 0)
            QVERIFY(std::abs(box.bottom() - bars.segmentRect(3, segment - 1).top()) < 0.01);
        QVERIFY(std::abs(box.height() - bars.segmentRect(3, 0).height()) < 0.01);
        height += box.height();
        QCOMPARE(bars.segmentAt(box.center()), std::pair(3, segment));
    }
    // Every column is a whole.
    QVERIFY(std::abs(height - bars.segmentRect(0, 0).height()) < 0.01);
    QVERIFY(bars.segmentRect(0, 1).isEmpty());
    QVERIFY(bars.segmentRect(4, 0).isEmpty());
    QVERIFY(bars.segmentRect(0, 0).right() < bars.segmentRect(1, 0).left());
    QCOMPARE(bars.segmentAt({1, 1}), std::pair(-1, -1));
}

/// In a dark theme that was there before the plot.
void TestStackedBars::emptyPlotHasTheWindowsGround() {
    const QPalette before = QApplication::palette();
    const QColor ground(30, 32, 36);
    QPalette dark = before;
    dark.setColor(QPalette::Window, ground);
    QApplication::setPalette(dark);
    StackedBars bars;
    show(bars);
    const QImage empty = painted(bars);
    bars.setEmptyText("Nothing yet");
    const QImage explained = painted(bars);
    bars.setData(shares(3));
    const QImage filled = painted(bars);
    bars.setEmptyText({});
    const QImage same = painted(bars); // the text is gone as soon as there are bars
    QApplication::setPalette(before);
    QVERIFY(explained != empty);
    QVERIFY(same == filled);
    QCOMPARE(QColor(empty.pixel(2, 2)), ground);
    QCOMPARE(QColor(empty.pixel(empty.width() / 2, empty.height() / 2)), ground);
    QCOMPARE(QColor(filled.pixel(2, 2)), ground);
}

void TestStackedBars::coloursAreWhereTheyShouldBe() {
    StackedBars bars;
    StackedColumns data = shares(3);
    data.segments[0].colour = Qt::red;
    data.segments[1].colour = Qt::green;
    data.segments[2].colour = Qt::blue;
    bars.setData(data);
    show(bars);
    const QImage image = painted(bars);
    for (int segment = 0; segment < 3; ++segment)
        QCOMPARE(image.pixelColor(bars.segmentRect(2, segment).center().toPoint()),
                 data.segments[segment].colour);
}

void TestStackedBars::clickChooses() {
    StackedBars bars;
    bars.setData(shares(5));
    show(bars);
    QSignalSpy chosen(&bars, &StackedBars::columnSelected);
    QTest::mouseClick(&bars, Qt::LeftButton, {}, bars.segmentRect(2, 1).center().toPoint());
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.last().front().toInt(), 2);
    QCOMPARE(bars.selected(), 2);
    QTest::mouseClick(&bars, Qt::LeftButton, {}, bars.segmentRect(2, 0).center().toPoint()); // already
    QTest::mouseClick(&bars, Qt::RightButton, {}, bars.segmentRect(0, 0).center().toPoint());
    QTest::mouseClick(&bars, Qt::LeftButton, {}, QPoint(2, 2)); // beside the columns
    QCOMPARE(chosen.count(), 1);
}

void TestStackedBars::keysChoose() {
    StackedBars bars;
    bars.setData(shares(4));
    show(bars);
    QSignalSpy chosen(&bars, &StackedBars::columnSelected);
    const auto press = [&](Qt::Key key) {
        QTest::keyClick(&bars, key);
        return bars.selected();
    };
    QCOMPARE(press(Qt::Key_Right), 0);
    QCOMPARE(press(Qt::Key_Right), 1);
    QCOMPARE(press(Qt::Key_End), 3);
    QCOMPARE(press(Qt::Key_Right), 3);
    QCOMPARE(press(Qt::Key_Left), 2);
    QCOMPARE(press(Qt::Key_Home), 0);
    QCOMPARE(press(Qt::Key_Left), 0);
    QCOMPARE(chosen.count(), 5);
    QCOMPARE(chosen.last().front().toInt(), 0);
}

void TestStackedBars::programIsSilent() {
    StackedBars bars;
    bars.setData(shares(4));
    QSignalSpy chosen(&bars, &StackedBars::columnSelected);
    bars.setSelected(2);
    QCOMPARE(bars.selected(), 2);
    bars.setSelected(4);
    QCOMPARE(bars.selected(), -1);
    QVERIFY(chosen.isEmpty());
    bars.setData({});
    QTest::keyClick(&bars, Qt::Key_Right);
    QVERIFY(chosen.isEmpty());
}

void TestStackedBars::hovers() {
    StackedBars bars;
    bars.setData(shares(4));
    show(bars);
    QSignalSpy hovered(&bars, &StackedBars::segmentHovered);
    QTest::mouseMove(&bars, bars.segmentRect(3, 2).center().toPoint());
    QTest::mouseMove(&bars, bars.segmentRect(3, 2).center().toPoint() + QPoint(2, 1));
    QCOMPARE(hovered.count(), 1);
    QCOMPARE(hovered.last(), (QList<QVariant>{3, 2}));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(&bars, &leave);
    QCOMPARE(hovered.last(), (QList<QVariant>{-1, -1}));
}

void TestStackedBars::tooltips() {
    StackedBars bars;
    bars.setData(shares(4));
    show(bars);
    const auto textAt = [&](QPointF position) {
        QHelpEvent help(QEvent::ToolTip, position.toPoint(), bars.mapToGlobal(position.toPoint()));
        QCoreApplication::sendEvent(&bars, &help);
        return QToolTip::text();
    };
    QCOMPARE(textAt(bars.segmentRect(3, 2).center()), QString("scale 4 reads scale 3: 25.0 %"));
    bars.setSegmentText([](int column, int segment) { return QString("%1/%2").arg(column).arg(segment); });
    QCOMPARE(textAt(bars.segmentRect(1, 0).center()), QString("1/0"));
}

void TestStackedBars::valuesCome() {
    StackedBars bars;
    StackedColumns data;
    data.columns = {"1", "2"};
    data.segments = {{"attention", Qt::red}, {"rest", Qt::blue}};
    bars.setData(data);
    show(bars);
    QVERIFY(bars.segmentRect(1, 1).isEmpty());
    bars.setValue(1, 0, 2);
    bars.setValue(1, 1, 1);
    bars.setValue(2, 0, 100); // not a column
    bars.setValue(0, 2, 100); // not a segment
    painted(bars);
    QCOMPARE(bars.data().sum(1), 3.0);
    QVERIFY(std::abs(bars.segmentRect(1, 0).height() - 2 * bars.segmentRect(1, 1).height()) < 0.01);
    // The axis grows with them.
    const double before = bars.segmentRect(1, 1).height();
    bars.setValue(0, 0, 30);
    painted(bars);
    QVERIFY(bars.segmentRect(1, 1).height() < before / 2);
    QVERIFY(bars.segmentRect(0, 0).top() > 0);
}

void TestStackedBars::highlight() {
    StackedBars bars;
    StackedColumns data = shares(3);
    for (int i = 0; i < 3; ++i)
        data.segments[i].colour = QColor(200, 0, 0);
    bars.setData(data);
    show(bars);
    bars.setHighlightedSegment(1);
    QImage image = painted(bars);
    const auto at = [&](int segment) {
        return image.pixelColor(bars.segmentRect(2, segment).center().toPoint());
    };
    QCOMPARE(at(1), QColor(200, 0, 0));
    QVERIFY(at(0) != QColor(200, 0, 0) && at(2) != QColor(200, 0, 0));
    bars.setHighlightedSegment(-1);
    image = painted(bars);
    QCOMPARE(at(0), QColor(200, 0, 0));
}

void TestStackedBars::chosenColumnIsSeen() {
    StackedBars bars;
    bars.setData(shares(4));
    show(bars);
    const QImage before = painted(bars);
    bars.setSelected(1);
    const QImage after = painted(bars);
    const QRect chosen = bars.segmentRect(1, 0).united(bars.segmentRect(1, 1)).toRect().adjusted(-3, 0, 3, 0);
    const QRect other = bars.segmentRect(3, 0).united(bars.segmentRect(3, 3)).toRect();
    QVERIFY(before.copy(chosen) != after.copy(chosen));
    QCOMPARE(before.copy(other), after.copy(other));
}

void TestStackedBars::newDataForgets() {
    StackedBars bars;
    bars.setData(shares(5));
    bars.setSelected(4);
    bars.setHighlightedSegment(4);
    bars.setData(shares(6));
    QCOMPARE(bars.selected(), 4);
    QCOMPARE(bars.highlightedSegment(), 4);
    bars.setData(shares(3));
    QCOMPARE(bars.selected(), -1);
    QCOMPARE(bars.highlightedSegment(), -1);
}

void TestStackedBars::legendFits_data() {
    QTest::addColumn<QSize>("size");
    for (const QSize size : {QSize(240, 240), QSize(420, 260), QSize(900, 400)})
        QTest::addRow("%d × %d", size.width(), size.height()) << size;
}

void TestStackedBars::legendFits() {
    QFETCH(QSize, size);
    StackedBars bars;
    bars.setData(shares(13));
    show(bars, size);
    bars.resize(size + QSize(300, 0)); // and back: the legend's lines are broken anew
    painted(bars);
    bars.resize(size);
    const QImage image = painted(bars);
    const QColor ground = bars.palette().color(QPalette::Window);
    for (int y = 0; y < size.height(); ++y) {
        QCOMPARE(image.pixelColor(0, y), ground);
        QCOMPARE(image.pixelColor(size.width() - 1, y), ground);
    }
    // The bars keep a good part of the height, however many lines the legend takes.
    QVERIFY2(bars.segmentRect(0, 0).height() > size.height() * 0.3,
             qPrintable(QString::number(bars.segmentRect(0, 0).height())));
}

void TestStackedBars::speaks() {
    StackedBars bars;
    bars.setData(shares(2));
    QCOMPARE(bars.accessibleName(), QString("attention by scale"));
    QVERIFY(bars.accessibleDescription().isEmpty());
    bars.setSelected(1);
    QCOMPARE(bars.accessibleDescription(), QString("scale 2: 100.0 %, scale 1 50.0 %, scale 2 50.0 %"));
    bars.setValue(1, 1, 0.25);
    QCOMPARE(bars.accessibleDescription(), QString("scale 2: 75.0 %, scale 1 50.0 %, scale 2 25.0 %"));
}

QTEST_MAIN(TestStackedBars)
#include "tst_stacked_bars.moc"
