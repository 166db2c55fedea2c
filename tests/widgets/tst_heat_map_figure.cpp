#include "tests/widgets/value_text.h"
#include "widgets/colour_maps.h"
#include "widgets/heat_map_export.h"
#include "widgets/heat_map_painter.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QLocale>
#include <QPainter>
#include <QSvgRenderer>
#include <QTest>

#include <cmath>
#include <limits>
#include <set>

using namespace scalekv::widgets;

/// The figure alone, as the command line draws it: without any widget.
class TestHeatMapFigure : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void startsEmpty();
    void csv();
    void csvOfCategories();
    void words();
    void ranges();
    void sequentialGrowsInGrey();
    void divergingGrowsInGrey();
    void cellsTileTheGrid_data();
    void cellsTileTheGrid();
    void everythingIsInside_data();
    void everythingIsInside();
    void labelsDoNotTouch_data();
    void labelsDoNotTouch();
    void rowOrder();
    void image();
    void marksAreSeenInGrey();
    void svg();
    void numbersInCells();
    void caption();

private:
    static HeatMapFigure figure(int rows, int columns);
    static void sizes();
};

namespace {

double grey(const QColor& colour) {
    return 0.2126 * colour.red() + 0.7152 * colour.green() + 0.0722 * colour.blue();
}

} // namespace

HeatMapFigure TestHeatMapFigure::figure(int rows, int columns) {
    QStringList rowNames, columnNames;
    for (int i = 0; i < rows; ++i)
        rowNames += QString::number(i + 1);
    for (int i = 0; i < columns; ++i)
        columnNames += QStringLiteral("%1×%1").arg(i * 5 + 1);
    HeatMapFigure result(rowNames, columnNames);
    result.title = "Selectivity";
    result.rowAxis = "layer";
    result.columnAxis = "scale";
    result.markName = "drafter";
    result.noneName = "not yet";
    for (int i = 0; i < result.values.size(); ++i)
        result.values[i] = i % 7 == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(i);
    return result;
}

void TestHeatMapFigure::startsEmpty() {
    const HeatMapFigure empty({"1", "2"}, {"a", "b", "c"});
    QCOMPARE(empty.values.size(), 6);
    QVERIFY(std::isnan(empty.value(1, 2)));
    QVERIFY(std::isnan(empty.value(2, 0)));
    QVERIFY(!empty.isMarked(0, 0));
}

void TestHeatMapFigure::csv() {
    HeatMapFigure data({"1", "2"}, {"1×1", "a,\"b\""});
    data.rowAxis = "layer";
    data.columnAxis = "scale";
    data.setValue(0, 0, 0.1);
    data.setValue(1, 1, 1.0 / 3);
    data.rowOrder = {1, 0}; // how it is shown does not matter
    QCOMPARE(data.csv(), QByteArray("layer/scale,1×1,\"a,\"\"b\"\"\"\n1,0.1,\n2,,0.3333333333333333\n"));
}

void TestHeatMapFigure::csvOfCategories() {
    HeatMapFigure data({"1"}, {"1", "2"});
    data.colours.kind = ColourScale::Kind::Categorical;
    data.colours.categories = {{"refiner", {}}, {"drafter", {}}};
    data.setValue(0, 0, 1);
    data.setValue(0, 1, 0);
    QCOMPARE(data.csv(), QByteArray(",1,2\n1,drafter,refiner\n"));
}

void TestHeatMapFigure::words() {
    HeatMapFigure data = figure(3, 2);
    data.setValue(1, 1, 0.3456);
    QCOMPARE(data.cellText(1, 1), QString("layer 2, scale 6×6: 0.346"));
    data.setMarked(1, 1, true);
    QCOMPARE(data.cellText(1, 1), QString("layer 2, scale 6×6: 0.346, drafter"));
    data.format = [](double value) { return QString::number(value * 100, 'f', 0) + " %"; };
    QCOMPARE(data.cellText(1, 1), QString("layer 2, scale 6×6: 35 %, drafter"));
    QCOMPARE(data.cellText(0, 0), QString("layer 1, scale 1×1: not yet"));
    QVERIFY(data.cellText(3, 0).isEmpty());
}

void TestHeatMapFigure::ranges() {
    ColourScale scale;
    QCOMPARE(scale.range({NAN, 2, -1, INFINITY}), (ColourScale::Range{-1, 2}));
    QCOMPARE(scale.range({NAN}), (ColourScale::Range{0, 0}));
    scale.maximum = 5;
    QCOMPARE(scale.range({1, 2}), (ColourScale::Range{1, 5}));
    scale.kind = ColourScale::Kind::Diverging;
    scale.maximum = NAN;
    QCOMPARE(scale.range({-3, 2}), (ColourScale::Range{-3, 3}));
    // Zero has one colour whatever the values.
    QCOMPARE(scale.colour(0, scale.range({-3, 2})), divergingColour(0));
    QCOMPARE(scale.colour(0, scale.range({7, 9})), divergingColour(0));
    scale.kind = ColourScale::Kind::Categorical;
    scale.categories = {{"a", Qt::red}, {"b", {}}};
    QCOMPARE(scale.colour(0, {}), QColor(Qt::red));
    QCOMPARE(scale.colour(1, {}), categoryColour(1));
    QVERIFY(!scale.colour(2, {}).isValid());
}

void TestHeatMapFigure::sequentialGrowsInGrey() {
    for (int i = 0; i < 50; ++i)
        QVERIFY2(grey(sequentialColour(i / 50.0)) < grey(sequentialColour((i + 1) / 50.0)),
                 qPrintable(QString::number(i)));
    QCOMPARE(sequentialColour(-3), sequentialColour(0));
    QCOMPARE(sequentialColour(3), sequentialColour(1));
}

void TestHeatMapFigure::divergingGrowsInGrey() {
    for (int i = -25; i < 25; ++i)
        QVERIFY2(grey(divergingColour(i / 25.0)) < grey(divergingColour((i + 1) / 25.0)),
                 qPrintable(QString::number(i)));
}

void TestHeatMapFigure::sizes() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<QSize>("size");
    QTest::newRow("large model, small box") << 40 << 13 << QSize(300, 300);
    QTest::newRow("demo, large box") << 12 << 10 << QSize(900, 700);
    QTest::newRow("demo, smallest box") << 12 << 10 << QSize(160, 140);
    QTest::newRow("one cell") << 1 << 1 << QSize(300, 300);
    QTest::newRow("wide") << 5 << 40 << QSize(500, 160);
}

void TestHeatMapFigure::cellsTileTheGrid_data() {
    sizes();
}

void TestHeatMapFigure::cellsTileTheGrid() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(QSize, size);
    const HeatMapFigure data = figure(rows, columns);
    const HeatMapLayout layout(data, QRect({0, 0}, size), QGuiApplication::font());
    QVERIFY2(layout.grid().width() > size.width() * 0.5 && layout.grid().height() > size.height() * 0.3,
             qPrintable(scalekv::test::text(layout.grid())));
    double area = 0;
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            const QRectF cell = layout.cellRect(row, column);
            area += cell.width() * cell.height();
            QCOMPARE(layout.cellAt(cell.center()), std::pair(row, column));
            QCOMPARE(layout.cellAt(cell.topLeft()), std::pair(row, column));
            QCOMPARE(layout.cellAt(cell.bottomRight() - QPointF(0.01, 0.01)), std::pair(row, column));
        }
    }
    QCOMPARE(area, layout.grid().width() * layout.grid().height());
    QCOMPARE(layout.cellAt(layout.grid().topLeft() - QPointF(1, 0)), std::pair(-1, -1));
    QCOMPARE(layout.cellAt(layout.grid().bottomRight() + QPointF(1, 1)), std::pair(-1, -1));
    QVERIFY(layout.cellRect(rows, 0).isEmpty());
    QVERIFY(layout.cellRect(0, columns).isEmpty());
}

void TestHeatMapFigure::everythingIsInside_data() {
    sizes();
}

void TestHeatMapFigure::everythingIsInside() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(QSize, size);
    const HeatMapLayout layout(figure(rows, columns), QRect({0, 0}, size), QGuiApplication::font());
    const QRectF box(QPointF(0, 0), QSizeF(size));
    const auto inside = [&](const QRectF& part) { return box.adjusted(-1, -1, 1, 1).contains(part); };
    QVERIFY(inside(layout.title().box) && inside(layout.grid()));
    for (const auto& labels : {layout.rowLabels(), layout.columnLabels()}) {
        QVERIFY(!labels.isEmpty());
        for (const auto& label : labels)
            QVERIFY2(inside(label.box), qPrintable(label.text + ' ' + scalekv::test::text(label.box)));
    }
    QCOMPARE(layout.legend().size(), rows * columns == 1 ? 2 : 3); // the bar, the dot, not yet
    for (const auto& item : layout.legend()) {
        QVERIFY(inside(item.key));
        for (const auto& text : item.texts)
            QVERIFY2(inside(text.box), qPrintable(text.text + ' ' + scalekv::test::text(text.box)));
    }
}

void TestHeatMapFigure::labelsDoNotTouch_data() {
    sizes();
}

void TestHeatMapFigure::labelsDoNotTouch() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(QSize, size);
    HeatMapFigure data = figure(rows, columns);
    const double line = QFontMetricsF(QGuiApplication::font()).height();
    for (const bool up : {false, true}) {
        for (int row = rows - 1; up && row >= 0; --row)
            data.rowOrder += row;
        const HeatMapLayout layout(data, QRect({0, 0}, size), QGuiApplication::font());
        for (const auto& labels : {layout.rowLabels(), layout.columnLabels()}) {
            for (int i = 1; i < labels.size(); ++i) {
                const QRectF both = labels[i - 1].box.intersected(labels[i].box);
                QVERIFY2(both.isEmpty() || both.height() < line * 0.15,
                         qPrintable(labels[i - 1].text + ' ' + labels[i].text));
            }
        }
        for (const auto& label : layout.rowLabels()) {
            const auto row = static_cast<int>(data.rowLabels.indexOf(label.text));
            const double off = layout.cellRect(row, 0).center().y() - label.box.center().y();
            QVERIFY2(std::abs(off) < 1, qPrintable(label.text));
        }
    }
}

void TestHeatMapFigure::rowOrder() {
    HeatMapFigure data = figure(3, 2);
    data.rowOrder = {2, 0, 1};
    const HeatMapLayout layout(data, QRect(0, 0, 300, 300), QGuiApplication::font());
    QVERIFY(layout.cellRect(2, 0).bottom() <= layout.cellRect(0, 0).top());
    QVERIFY(layout.cellRect(0, 0).bottom() <= layout.cellRect(1, 0).top());
    QCOMPARE(layout.rowLabels().first().text, QString("3"));
    data.rowOrder = {2, 2, 1}; // not an order of all rows
    QCOMPARE(data.shownRows(), QVector<int>({0, 1, 2}));
}

void TestHeatMapFigure::image() {
    HeatMapFigure data = figure(6, 4);
    data.setValue(2, 2, 12);
    const QPalette palette = QGuiApplication::palette();
    const QImage one = heatMapImage(data, {320, 240}, 1, palette, QGuiApplication::font());
    QCOMPARE(one.size(), QSize(320, 240));
    const QImage two = heatMapImage(data, {320, 240}, 2, palette, QGuiApplication::font());
    QCOMPARE(two.size(), QSize(640, 480));
    QCOMPARE(one.pixelColor(0, 0), palette.color(QPalette::Window));
    const QColor colour = data.colours.colour(12, data.range());
    int cell = 0;
    for (int y = 0; y < 240; ++y) {
        for (int x = 0; x < 320; ++x)
            cell += one.pixelColor(x, y) == colour;
    }
    QVERIFY2(cell > 300, qPrintable(QString::number(cell)));
    QVERIFY(heatMapImage(data, {0, 240}, 1, palette, QGuiApplication::font()).isNull());
}

void TestHeatMapFigure::numbersInCells() {
    HeatMapFigure data = figure(4, 3);
    const QFont font = QGuiApplication::font();
    QCOMPARE(HeatMapLayout(data, QRect(0, 0, 400, 300), font).cellFontSize(), 0.0); // nobody asked
    const QImage plain = heatMapImage(data, {400, 300}, 1, QGuiApplication::palette(), font);
    data.cellFormat = [](double value) { return QString::number(value); };
    QVERIFY(HeatMapLayout(data, QRect(0, 0, 400, 300), font).cellFontSize() > 7);
    QVERIFY(heatMapImage(data, {400, 300}, 1, QGuiApplication::palette(), font) != plain);
    // All or none: one that is too long for its cell takes the others with it.
    data.cellFormat = [](double value) { return QString(value == 8 ? 40 : 1, u'8'); };
    QCOMPARE(HeatMapLayout(data, QRect(0, 0, 400, 300), font).cellFontSize(), 0.0);
}

void TestHeatMapFigure::caption() {
    HeatMapFigure data = figure(4, 3);
    const QRectF box(0, 0, 300, 260);
    const HeatMapLayout without(data, box, QGuiApplication::font());
    data.caption = "a red apple on a blue background · seed 3 · scalekv 10 %";
    const HeatMapLayout layout(data, box, QGuiApplication::font());
    QVERIFY(layout.caption().box.top() >= layout.title().box.bottom() - 1);
    QVERIFY(layout.caption().box.bottom() <= layout.grid().top());
    QVERIFY(layout.grid().height() < without.grid().height());
    QVERIFY(box.contains(layout.caption().box));
    QVERIFY(
        heatMapSvg(data, {600, 300}, QGuiApplication::palette(), QGuiApplication::font()).contains("seed 3"));
}

void TestHeatMapFigure::marksAreSeenInGrey() {
    for (const double value : {0.0, 1.0}) {
        HeatMapFigure data({"1"}, {"1"});
        data.colours.minimum = 0;
        data.colours.maximum = 1;
        data.setValue(0, 0, value);
        data.setMarked(0, 0, true);
        QImage image(100, 100, QImage::Format_RGB32);
        image.fill(Qt::gray);
        QPainter painter(&image);
        const HeatMapLayout layout(data, image.rect(), QGuiApplication::font());
        paintHeatMap(painter, data, layout, QGuiApplication::palette());
        painter.end();
        const QPoint middle = layout.cellRect(0, 0).center().toPoint();
        const double ground = grey(data.colours.colour(value, {0, 1}));
        double farthest = 0;
        for (int x = middle.x() - 6; x <= middle.x() + 6; ++x)
            farthest = std::max(farthest, std::abs(grey(image.pixelColor(x, middle.y())) - ground));
        QVERIFY2(farthest > 120, qPrintable(QString::number(farthest)));
    }
}

void TestHeatMapFigure::svg() {
    HeatMapFigure data = figure(4, 3);
    data.setMarked(1, 1, true);
    const QByteArray file = heatMapSvg(data, {320, 240}, QGuiApplication::palette(), QGuiApplication::font());
    QVERIFY(file.contains("drafter") && file.contains("Selectivity"));
    QSvgRenderer renderer(file);
    QVERIFY(renderer.isValid());
    QCOMPARE(renderer.viewBox().size(), QSize(320, 240));
    QImage image(320, 240, QImage::Format_RGB32);
    QPainter painter(&image);
    renderer.render(&painter);
    painter.end();
    std::set<QRgb> colours;
    for (int y = 0; y < 240; ++y) {
        for (int x = 0; x < 320; ++x)
            colours.insert(image.pixel(x, y));
    }
    const ColourScale::Range range = data.range();
    for (const double value : data.values) {
        if (!std::isnan(value))
            QVERIFY(colours.count(data.colours.colour(value, range).rgb()));
    }
}

// QTEST_MAIN would make a QApplication.
int main(int argc, char* argv[]) {
    const QGuiApplication app(argc, argv);
    TestHeatMapFigure test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_heat_map_figure.moc"
