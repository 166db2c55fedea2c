#include "widgets/series_plot.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>

using scalekv::widgets::PlotSeries;
using scalekv::widgets::SeriesFigure;
using scalekv::widgets::SeriesPlot;

namespace {

SeriesFigure byScale() {
    SeriesFigure figure;
    figure.xAxis = "scale";
    figure.yAxis = "bits, %";
    figure.columns = true;
    figure.series = {
        {.name = "a", .colour = {}, .points = {{.x = 1, .y = 0}, {.x = 2, .y = 4}, {.x = 3, .y = 8}}},
        {.name = "b", .colour = {}, .points = {{.x = 1, .y = 1}, {.x = 2, .y = 2}, {.x = 3, .y = 3}}}};
    return figure;
}

} // namespace

class TestSeriesPlot : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void columnsAreChosen();
    void pointsAreFound();
    void logarithm();
    void errorBarsAndGaps();
    void manySeriesLeaveRoom();
    void emptySaysWhatToDo();
    void csvCanBeReadBack();

private:
    std::unique_ptr<SeriesPlot> plot_;
};

void TestSeriesPlot::init() {
    plot_ = std::make_unique<SeriesPlot>();
    plot_->resize(400, 300);
    plot_->show();
    QVERIFY(QTest::qWaitForWindowExposed(plot_.get()));
}

void TestSeriesPlot::columnsAreChosen() {
    plot_->setFigure(byScale());
    QTest::qWait(20);
    QSignalSpy selected(plot_.get(), &SeriesPlot::columnSelected);
    QTest::keyClick(plot_.get(), Qt::Key_End);
    QCOMPARE(plot_->selectedColumn(), 2);
    QTest::keyClick(plot_.get(), Qt::Key_Left);
    QCOMPARE(selected.last().at(0).toInt(), 1);
    QVERIFY(plot_->accessibleDescription().contains("a, scale 2: 4"));
    QVERIFY(plot_->accessibleDescription().contains("b, scale 2: 2"));
    QTest::mouseClick(plot_.get(), Qt::LeftButton, {}, {380, 150});
    QCOMPARE(plot_->selectedColumn(), 2);
    // A figure with fewer columns has no such choice.
    SeriesFigure shorter = byScale();
    for (PlotSeries& line : shorter.series)
        line.points.resize(1);
    plot_->setFigure(shorter);
    QCOMPARE(plot_->selectedColumn(), -1);
    // Without columns keys do nothing.
    SeriesFigure free = byScale();
    free.columns = false;
    plot_->setFigure(free);
    QTest::keyClick(plot_.get(), Qt::Key_End);
    QCOMPARE(plot_->selectedColumn(), -1);
}

void TestSeriesPlot::pointsAreFound() {
    plot_->setFigure(byScale());
    QTest::qWait(20);
    QCOMPARE(plot_->pointAt({-50, -50}), std::pair(-1, -1));
    int found = 0;
    for (int x = 0; x < 400; ++x) {
        for (int y = 0; y < 300; ++y) {
            if (plot_->pointAt(QPointF(x, y)) == std::pair(0, 2))
                ++found;
        }
    }
    QVERIFY(found > 50);
    QCOMPARE(plot_->figure().pointText(0, 2), QString("a, scale 3: 8"));
}

/// Equal factors are equally far apart; a single point is drawn, too.
void TestSeriesPlot::logarithm() {
    SeriesFigure figure;
    figure.logarithmicX = true;
    figure.series = {
        {.name = "a", .colour = {}, .points = {{.x = 1, .y = 3}, {.x = 4, .y = 3}, {.x = 16, .y = 3}}}};
    plot_->setFigure(figure);
    QTest::qWait(20);
    QVector<double> places(3, -1);
    const QRect area = plot_->plotArea();
    for (int x = area.left(); x <= area.right(); ++x) {
        const auto [series, point] = plot_->pointAt(QPointF(x, area.center().y()));
        if (series == 0 && places[point] < 0)
            places[point] = x;
    }
    QVERIFY(places[0] > 0 && places[2] > places[1]);
    QVERIFY(std::abs((places[2] - places[1]) - (places[1] - places[0])) <= 2);
    figure.series[0].points.resize(1);
    plot_->setFigure(figure);
    QTest::qWait(20);
    QCOMPARE(plot_->pointAt(QPointF(area.center())), std::pair(0, 0));
}

void TestSeriesPlot::errorBarsAndGaps() {
    SeriesFigure figure;
    figure.series = {{.name = "a",
                      .colour = {},
                      .points = {{.x = 1, .y = 30, .deviation = 2, .name = "4 %"},
                                 {.x = 2, .y = INFINITY, .deviation = 1},
                                 {.x = 3, .y = 40, .deviation = std::nan("")}}}};
    plot_->setFigure(figure);
    plot_->grab();
    QCOMPARE(figure.pointText(0, 0), QString("a, 4 %: 30 ± 2"));
    QCOMPARE(figure.pointText(0, 2), QString("a, 3: 40"));
    plot_->setEmphasised(0);
    plot_->grab();
    plot_->setFigure(byScale()); // the bars go with their line
    plot_->grab();
}

/// The names of many lines stand beside the axes, not in their place.
void TestSeriesPlot::manySeriesLeaveRoom() {
    SeriesFigure figure = byScale();
    plot_->setFigure(figure);
    QTRY_VERIFY(plot_->plotArea().width() > 300); // the legend stands above
    plot_->resize(360, 150);
    while (figure.series.size() < 8) {
        figure.series += figure.series.constFirst();
        figure.series.last().name = QString("another policy at %1 %").arg(figure.series.size());
    }
    plot_->setFigure(figure);
    QTRY_VERIFY(plot_->plotArea().width() < 250); // it stands beside
    QVERIFY2(plot_->plotArea().height() > 60, qPrintable(QString::number(plot_->plotArea().height())));
    // And back above where there is room again.
    plot_->resize(400, 300);
    plot_->setFigure(byScale());
    QTRY_VERIFY(plot_->plotArea().width() > 300);
}

void TestSeriesPlot::emptySaysWhatToDo() {
    plot_->setEmptyText("Nothing yet");
    QCOMPARE(plot_->accessibleDescription(), QString("Nothing yet"));
    QVERIFY(SeriesFigure().isEmpty());
    QVERIFY(!byScale().isEmpty());
    plot_->grab();
    QTest::mouseClick(plot_.get(), Qt::LeftButton);
    QTest::keyClick(plot_.get(), Qt::Key_Right);
    QCOMPARE(plot_->selectedColumn(), -1);
}

void TestSeriesPlot::csvCanBeReadBack() {
    SeriesFigure figure = byScale();
    figure.series[0].name = "a \"quoted\", name";
    figure.series[0].points[1].y = 0.1;
    const QStringList lines = QString::fromUtf8(figure.csv()).split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 7);
    QCOMPARE(lines[0], QString("series,point,\"scale\",\"bits, %\",deviation"));
    QVERIFY(lines[2].startsWith("\"a \"\"quoted\"\", name\",\"\",2,"));
    QCOMPARE(lines[2].split(',').at(4).toDouble(), 0.1);
}

QTEST_MAIN(TestSeriesPlot)
#include "tst_series_plot.moc"
