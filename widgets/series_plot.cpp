#include "widgets/series_plot.h"

#include "widgets/accessible_value.h"
#include "widgets/colour_maps.h"
#include "widgets/plot_style.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QToolTip>

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace scalekv::widgets {
namespace {

constexpr double kReach = 10; // pixels from a point to the pointer
constexpr double kAir = 0.08; // of the span, around the points

QString plain(double value) {
    return std::isfinite(value) ? QString::number(value, 'g', 17) : QString();
}

QString quoted(QString text) {
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

} // namespace

bool SeriesFigure::isEmpty() const {
    return std::all_of(series.begin(), series.end(), [](const PlotSeries& line) {
        return std::none_of(line.points.begin(), line.points.end(),
                            [](const PlotSeries::Point& point) { return std::isfinite(point.y); });
    });
}

QString SeriesFigure::valueText(double y) const {
    return format ? format(y) : QLocale().toString(y, 'g', 4);
}

QString SeriesFigure::pointText(int line, int point) const {
    const PlotSeries& chosen = series.at(line);
    const PlotSeries::Point& at = chosen.points.at(point);
    const QString where = columns             ? QStringLiteral("%1 %2").arg(xAxis).arg(at.x)
                          : at.name.isEmpty() ? QLocale().toString(at.x, 'g', 4)
                                              : at.name;
    QString text = QStringLiteral("%1, %2: %3").arg(chosen.name, where, valueText(at.y));
    if (at.deviation > 0 && std::isfinite(at.deviation))
        text += QStringLiteral(" ± ") + valueText(at.deviation);
    return text;
}

QByteArray SeriesFigure::csv() const {
    QStringList lines{QStringLiteral("series,point,%1,%2,deviation").arg(quoted(xAxis), quoted(yAxis))};
    for (const PlotSeries& line : series) {
        for (const PlotSeries::Point& point : line.points)
            lines += QStringList{quoted(line.name), quoted(point.name), plain(point.x), plain(point.y),
                                 point.deviation > 0 ? plain(point.deviation) : QString()}
                         .join(QLatin1Char(','));
    }
    return (lines.join(QLatin1Char('\n')) + QLatin1Char('\n')).toUtf8();
}

SeriesPlot::SeriesPlot(QWidget* parent) : QWidget(parent), plot_(addPlot(*this)) {
    plot_->setAttribute(Qt::WA_TransparentForMouseEvents); // the pointer is this widget's affair
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Plot"));
    band_ = addColumnBand(*plot_);
    focusFrame_ = addFocusFrame(*plot_);
    putLegendAbove(*plot_);
    plot_->xAxis->setSubTicks(false);
    plot_->yAxis->setSubTicks(false);
    plot_->xAxis->ticker()->setTickCount(5);
    plot_->yAxis->ticker()->setTickCount(4);
    plot_->setNoAntialiasingOnDrag(true);
    applyPalette();
    draw();
}

void SeriesPlot::setFigure(SeriesFigure figure) {
    figure_ = std::move(figure);
    if (selected_ >= columnCount())
        selected_ = -1;
    draw();
}

void SeriesPlot::setEmptyText(const QString& text) {
    emptyText_ = text;
    describe();
    update();
}

void SeriesPlot::setEmphasised(int series) {
    if (series == emphasised_)
        return;
    emphasised_ = series;
    draw();
}

int SeriesPlot::columnCount() const {
    qsizetype most = 0;
    if (figure_.columns) {
        for (const PlotSeries& line : figure_.series)
            most = std::max(most, line.points.size());
    }
    return static_cast<int>(most);
}

QRect SeriesPlot::plotArea() const {
    return plot_->axisRect()->rect().translated(plot_->pos());
}

void SeriesPlot::setSelectedColumn(int column) {
    selected_ = column >= 0 && column < columnCount() ? column : -1;
    placeColumnBand(*band_, selected_, palette());
    describe();
    replotIfSeen(*plot_);
}

/// The axis from the first to the last x, with a little room.
void SeriesPlot::placeX(double left, double right) {
    if (plot_->xAxis->scaleType() == QCPAxis::stLogarithmic) {
        auto ticker = QSharedPointer<QCPAxisTickerLog>::create();
        // Powers of two, or of four, …: as many as there is room for.
        ticker->setLogBase(std::exp2(std::max(1.0, std::ceil(std::log2(right / left) / 6))));
        plot_->xAxis->setTicker(ticker);
        const double room = std::max(1.1, std::pow(right / left, kAir));
        plot_->xAxis->setRange(left / room, right * room);
        return;
    }
    plot_->xAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
    const double wide = std::max(right - left, std::abs(right) * 0.1 + 1e-9);
    plot_->xAxis->setRange(std::max(0.0, left - kAir * wide), right + kAir * wide);
}

void SeriesPlot::draw() {
    plot_->clearGraphs();
    while (plot_->plottableCount() > 0)
        plot_->removePlottable(0);
    double left = 0, right = 0, low = 0, high = 0;
    bool any = false;
    QVector<QRgb> used;
    for (int i = 0; i < figure_.series.size(); ++i) {
        const PlotSeries& line = figure_.series.at(i);
        const QColor colour = line.colour.isValid() ? line.colour : lineColour(i);
        QCPGraph* graph = plot_->addGraph();
        graph->setName(line.name);
        graph->setPen(QPen(colour, i == emphasised_ ? 3 : 1.8));
        // There are fewer colours that can be told apart than there may be lines.
        const auto marks = std::array{
            QCPScatterStyle::ssDisc,     QCPScatterStyle::ssSquare,           QCPScatterStyle::ssDiamond,
            QCPScatterStyle::ssTriangle, QCPScatterStyle::ssTriangleInverted, QCPScatterStyle::ssCircle};
        const auto mark = marks[std::size_t(used.count(colour.rgb())) % marks.size()];
        graph->setScatterStyle(QCPScatterStyle(mark, i == emphasised_ ? 8 : 6));
        used += colour.rgb();
        QCPErrorBars* bars = nullptr;
        for (const PlotSeries::Point& point : line.points) {
            if (!std::isfinite(point.y))
                continue;
            const double reach = std::isfinite(point.deviation) ? std::max(0.0, point.deviation) : 0;
            graph->addData(point.x, point.y);
            if (reach > 0 && !bars) {
                bars = new QCPErrorBars(plot_->xAxis, plot_->yAxis); // the plot takes it
                bars->setDataPlottable(graph);
                bars->setPen(QPen(colour, 1.2));
                bars->removeFromLegend();
                for (int before = graph->dataCount() - 1; before > 0; --before)
                    bars->addData(0);
            }
            if (bars)
                bars->addData(reach);
            left = any ? std::min(left, point.x) : point.x;
            right = any ? std::max(right, point.x) : point.x;
            low = any ? std::min(low, point.y - reach) : point.y - reach;
            high = any ? std::max(high, point.y + reach) : point.y + reach;
            any = true;
        }
    }
    plot_->xAxis->setScaleType(figure_.logarithmicX && left > 0 ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    plot_->xAxis->setLabel(figure_.xAxis);
    plot_->yAxis->setLabel(figure_.yAxis);
    if (figure_.columns) {
        auto ticker = QSharedPointer<QCPAxisTickerFixed>::create();
        ticker->setTickStep(1);
        ticker->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
        plot_->xAxis->setTicker(ticker);
        plot_->xAxis->setRange(0.5, std::max(1, columnCount()) + 0.5);
        plot_->yAxis->setRange(0, high > 0 ? high * (1 + kAir) : 1);
    } else {
        const double tall = std::max(high - low, std::abs(high) * 0.02 + 1e-9);
        placeX(left, right);
        plot_->yAxis->setRange(low - kAir * tall, high + kAir * tall);
    }
    plot_->legend->setVisible(figure_.series.size() > 1 && any);
    placeLegend(*plot_, size());
    plot_->setVisible(any);
    placeColumnBand(*band_, selected_, palette());
    describe();
    replotIfSeen(*plot_);
    update();
}

void SeriesPlot::applyPalette() {
    stylePlot(*plot_, palette(), font());
    showFocusFrame(*focusFrame_, hasFocus(), palette());
    placeColumnBand(*band_, selected_, palette());
    replotIfSeen(*plot_);
}

void SeriesPlot::describe() {
    QStringList lines;
    if (figure_.isEmpty()) {
        lines += emptyText_;
    } else if (selected_ >= 0) {
        for (int i = 0; i < figure_.series.size(); ++i) {
            if (selected_ < figure_.series.at(i).points.size())
                lines += figure_.pointText(i, selected_);
        }
    } else {
        for (const PlotSeries& line : figure_.series)
            lines += line.name;
    }
    announceValue(this, lines.join(QLatin1Char('\n')));
}

std::pair<int, int> SeriesPlot::pointAt(QPointF position) const {
    std::pair<int, int> nearest{-1, -1};
    double reach = kReach;
    for (int i = 0; i < figure_.series.size(); ++i) {
        const QVector<PlotSeries::Point>& points = figure_.series.at(i).points;
        for (int k = 0; k < points.size(); ++k) {
            if (!std::isfinite(points.at(k).y))
                continue;
            const QPointF at(plot_->xAxis->coordToPixel(points.at(k).x),
                             plot_->yAxis->coordToPixel(points.at(k).y));
            const double distance = QLineF(at, position).length();
            if (distance <= reach) {
                reach = distance;
                nearest = {i, k};
            }
        }
    }
    return nearest;
}

bool SeriesPlot::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto [series, point] = pointAt(help->pos());
        if (series >= 0)
            QToolTip::showText(help->globalPos(), figure_.pointText(series, point), this);
        else
            QToolTip::showText(help->globalPos(), toolTip(), this);
        return true;
    }
    return QWidget::event(event);
}

void SeriesPlot::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void SeriesPlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyPalette();
}

void SeriesPlot::resizeEvent(QResizeEvent* /*event*/) {
    placeLegend(*plot_, size());
}

void SeriesPlot::paintEvent(QPaintEvent* /*event*/) {
    if (plot_->isVisible())
        return;
    paintEmptyText(*this, emptyText_);
}

void SeriesPlot::choose(int column) {
    setSelectedColumn(column);
    if (selected_ >= 0)
        Q_EMIT columnSelected(selected_);
}

void SeriesPlot::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && figure_.columns && !figure_.isEmpty())
        choose(
            std::clamp(qRound(plot_->xAxis->pixelToCoord(event->position().x())) - 1, 0, columnCount() - 1));
}

void SeriesPlot::keyPressEvent(QKeyEvent* event) {
    const int last = columnCount() - 1;
    if (last < 0) {
        QWidget::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left:
        choose(std::max(0, selected_ - 1));
        return;
    case Qt::Key_Right:
        choose(std::min(last, selected_ + 1));
        return;
    case Qt::Key_Home:
        choose(0);
        return;
    case Qt::Key_End:
        choose(last);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void SeriesPlot::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    showFocusFrame(*focusFrame_, true, palette());
    replotIfSeen(*plot_);
}

void SeriesPlot::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    showFocusFrame(*focusFrame_, false, palette());
    replotIfSeen(*plot_);
}

} // namespace scalekv::widgets
