#include "widgets/stacked_bars.h"

#include "widgets/accessible_value.h"
#include "widgets/colour_maps.h"
#include "widgets/label_thinning.h"
#include "widgets/plot_style.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {

constexpr double kWidth = 0.84;     // of a column's pitch
constexpr int kFaded = 50;          // alpha of segments beside the highlighted one
constexpr double kBetweenNames = 6; // pixels

/// Numbers of the axis in the words of the values.
class WordedTicker : public QCPAxisTicker {
public:
    std::function<QString(double)> format;

protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar, int precision) override {
        // What is left of 0 after adding up steps would be written out in full.
        const double number = std::abs(tick) < 1e-12 ? 0 : tick;
        return format ? format(number) : QCPAxisTicker::getTickLabel(number, locale, formatChar, precision);
    }
};

QColor mixed(const QColor& a, const QColor& b) {
    return {(a.red() + b.red()) / 2, (a.green() + b.green()) / 2, (a.blue() + b.blue()) / 2, a.alpha()};
}

} // namespace

StackedBars::StackedBars(QWidget* parent) : QWidget(parent), plot_(addPlot(*this)) {
    plot_->setAttribute(Qt::WA_TransparentForMouseEvents); // the pointer is this widget's affair
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Stacked bars"));

    selectedBand_ = addColumnBand(*plot_);
    focusFrame_ = addFocusFrame(*plot_);
    putLegendAbove(*plot_);
    plot_->legend->setVisible(true);
    plot_->xAxis->setSubTicks(false);
    plot_->xAxis->setTickLength(0);
    plot_->xAxis->grid()->setVisible(false);
    plot_->yAxis->setSubTicks(false);
    // Beside low axes the whole of a long title would run over what lies above them.
    connect(plot_, &QCustomPlot::afterLayout, this, [this] {
        plot_->yAxis->setLabel(QFontMetrics(plot_->yAxis->labelFont())
                                   .elidedText(data_.valueAxis, Qt::ElideRight, plot_->axisRect()->height()));
    });
    setData({});
    colourBars(); // an empty plot, too, stands on the window's ground
}

void StackedBars::setData(StackedColumns data) {
    const bool sameLook = data.looksLike(data_) && bars_.size() == data.segments.size();
    data_ = std::move(data);
    if (!data_.columnAxis.isEmpty() && !data_.valueAxis.isEmpty())
        setAccessibleName(tr("%1 by %2").arg(data_.valueAxis, data_.columnAxis));
    selected_ = selected_ < columns() ? selected_ : -1;
    highlighted_ = highlighted_ < data_.segments.size() ? highlighted_ : -1;
    hover(-1, -1);
    auto ticker = QSharedPointer<WordedTicker>::create();
    ticker->setTickCount(4);
    ticker->format = data_.format;
    plot_->yAxis->setTicker(ticker);
    plot_->xAxis->setLabel(data_.columnAxis);
    plot_->yAxis->setLabel(data_.valueAxis);
    plot_->xAxis->setRange(0.4, std::max(columns(), 1) + 0.6);
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis})
        axis->setTickLabels(columns() > 0);
    plot_->setVisible(columns() > 0 || emptyText_.isEmpty());
    if (!sameLook)
        makeBars();
    fillBars();
    if (!sameLook)
        colourBars();
}

void StackedBars::setEmptyText(const QString& text) {
    emptyText_ = text;
    plot_->setVisible(columns() > 0 || text.isEmpty());
    update();
}

void StackedBars::paintEvent(QPaintEvent* event) {
    QWidget::paintEvent(event);
    if (plot_->isHidden())
        paintEmptyText(*this, emptyText_);
}

void StackedBars::makeBars() {
    for (QCPBars* bars : bars_)
        plot_->removePlottable(bars);
    bars_.clear();
    for (const StackedColumns::Segment& segment : data_.segments) {
        auto* bars = new QCPBars(plot_->xAxis, plot_->yAxis);
        bars->setName(segment.name);
        bars->setWidth(kWidth);
        bars->setAntialiased(false);
        if (!bars_.isEmpty())
            bars->moveAbove(bars_.back());
        bars_ += bars;
    }
}

void StackedBars::fillBars() {
    QVector<double> keys;
    double most = 0;
    for (int column = 0; column < columns(); ++column) {
        keys += column + 1;
        most = std::max(most, data_.sum(column));
    }
    for (int segment = 0; segment < bars_.size(); ++segment) {
        QVector<double> values;
        for (int column = 0; column < columns(); ++column)
            values += data_.value(column, segment);
        bars_[segment]->setData(keys, values, true);
    }
    const double top = data_.maximum > 0 ? data_.maximum : most * 1.05;
    plot_->yAxis->setRange(0, top > 0 ? top : 1);
    replotIfSeen(*plot_);
}

void StackedBars::setValue(int column, int segment, double value) {
    if (column < 0 || column >= columns() || segment < 0 || segment >= data_.segments.size())
        return;
    data_.values.resize(columns());
    if (data_.values[column].size() <= segment)
        data_.values[column].resize(segment + 1, 0);
    data_.values[column][segment] = value;
    fillBars();
    if (column == selected_)
        showSelected();
}

void StackedBars::colourBars() {
    stylePlot(*plot_, palette(), font());
    const QVector<QColor> series = seriesColours(static_cast<int>(bars_.size()));
    for (int segment = 0; segment < bars_.size(); ++segment) {
        QColor colour = data_.segments[segment].colour;
        colour = colour.isValid() ? colour : series[segment];
        if (highlighted_ >= 0 && segment != highlighted_)
            colour.setAlpha(kFaded);
        bars_[segment]->setBrush(colour);
        // An edge nearer to the ground keeps like colours apart, and a segment that is all edge still has a
        // colour.
        bars_[segment]->setPen(QPen(mixed(colour, palette().color(QPalette::Window)), 1));
    }
    showFocusFrame(*focusFrame_, hasFocus(), palette());
    showSelected();
    nameColumns();
}

void StackedBars::nameColumns() {
    wrapLegend(*plot_->legend, width());
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    double widest = 0;
    for (const QString& name : data_.columns)
        widest = std::max<double>(widest, fontMetrics().horizontalAdvance(name));
    // The axes' own width is only known after a replot, and hardly differs.
    const double pitch = (width() - 50.0) / std::max(columns(), 1);
    for (const int column : thinned(columns(), pitch, widest + kBetweenNames))
        ticker->addTick(column + 1, data_.columns[column]);
    plot_->xAxis->setTicker(ticker);
    replotIfSeen(*plot_);
}

void StackedBars::showSelected() {
    placeColumnBand(*selectedBand_, selected_, palette());
    QStringList parts;
    if (selected_ >= 0)
        parts += data_.text(selected_, -1);
    for (int segment = 0; selected_ >= 0 && segment < data_.segments.size(); ++segment) {
        if (data_.value(selected_, segment) > 0)
            parts += tr("%1 %2").arg(data_.segments[segment].name,
                                     data_.valueText(data_.value(selected_, segment)));
    }
    announceValue(this, parts.join(QLatin1String(", ")));
    replotIfSeen(*plot_);
}

void StackedBars::setSelected(int column) {
    selected_ = column >= 0 && column < columns() ? column : -1;
    showSelected();
}

void StackedBars::setHighlightedSegment(int segment) {
    segment = segment >= 0 && segment < data_.segments.size() ? segment : -1;
    if (segment == highlighted_)
        return;
    highlighted_ = segment;
    colourBars();
}

void StackedBars::choose(int column) {
    if (column == selected_)
        return;
    setSelected(column);
    Q_EMIT columnSelected(column);
}

QRectF StackedBars::segmentRect(int column, int segment) const {
    const double height = data_.value(column, segment);
    if (column < 0 || column >= columns() || height <= 0)
        return {};
    double below = 0;
    for (int i = 0; i < segment; ++i)
        below += data_.value(column, i);
    const QCPAxis& x = *plot_->xAxis;
    const QCPAxis& y = *plot_->yAxis;
    return {QPointF(x.coordToPixel(column + 1 - kWidth / 2), y.coordToPixel(below + height)),
            QPointF(x.coordToPixel(column + 1 + kWidth / 2), y.coordToPixel(below))};
}

std::pair<int, int> StackedBars::segmentAt(QPointF position) const {
    if (!plot_->axisRect()->rect().contains(position.toPoint()))
        return {-1, -1};
    const auto column = static_cast<int>(std::lround(plot_->xAxis->pixelToCoord(position.x()))) - 1;
    if (column < 0 || column >= columns())
        return {-1, -1};
    for (int segment = 0; segment < data_.segments.size(); ++segment) {
        if (segmentRect(column, segment).contains(position))
            return {column, segment};
    }
    return {column, -1};
}

bool StackedBars::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto [column, segment] = segmentAt(help->pos());
        const QString text = column < 0 ? QString()
                             : text_    ? text_(column, segment)
                                        : data_.text(column, segment);
        QToolTip::showText(help->globalPos(), text, this, segmentRect(column, segment).toAlignedRect());
        return true;
    }
    return QWidget::event(event);
}

void StackedBars::hover(int column, int segment) {
    if (hovered_ == std::pair(column, segment))
        return;
    hovered_ = {column, segment};
    Q_EMIT segmentHovered(column, segment);
}

void StackedBars::mouseMoveEvent(QMouseEvent* event) {
    const auto [column, segment] = segmentAt(event->position());
    hover(column, segment);
}

void StackedBars::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    hover(-1, -1);
}

void StackedBars::mousePressEvent(QMouseEvent* event) {
    const int column = segmentAt(event->position()).first;
    if (event->button() == Qt::LeftButton && column >= 0)
        choose(column);
    else
        event->ignore();
}

void StackedBars::keyPressEvent(QKeyEvent* event) {
    int column = selected_;
    switch (columns() > 0 ? event->key() : 0) {
    case Qt::Key_Left:
        column = std::max(column - 1, 0);
        break;
    case Qt::Key_Right:
        column = std::min(column + 1, columns() - 1);
        break;
    case Qt::Key_Home:
        column = 0;
        break;
    case Qt::Key_End:
        column = columns() - 1;
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    choose(column);
}

void StackedBars::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    plot_->replot(QCustomPlot::rpQueuedReplot); // what changed while nobody saw it
}

void StackedBars::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        colourBars();
}

void StackedBars::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    nameColumns();
}

void StackedBars::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    colourBars();
}

void StackedBars::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    colourBars();
}

} // namespace scalekv::widgets
