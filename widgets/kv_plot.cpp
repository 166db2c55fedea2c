#include "widgets/kv_plot.h"

#include "widgets/accessible_value.h"
#include "widgets/byte_unit.h"
#include "widgets/plot_style.h"
#include "widgets/problem_colours.h"

#include <QEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QToolTip>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {
constexpr double kAboveBars = 1.08;
constexpr double kAbovePeak = 1.22; // its number is written above it
constexpr double kFarBudget = 1.5;  // times the largest bar: beyond, the line is left out
} // namespace

KvPlot::KvPlot(QWidget* parent) : QWidget(parent), plot_(addPlot(*this)) {
    setAccessibleName(tr("KV cache by scale"));

    fullBars_ = new QCPBars(plot_->xAxis, plot_->yAxis);
    fullBars_->setName(tr("full cache"));
    fullBars_->setWidth(0.8);
    storedBars_ = new QCPBars(plot_->xAxis, plot_->yAxis);
    storedBars_->setName(tr("stored"));
    storedBars_->setWidth(0.8);
    budgetLine_ = plot_->addGraph();
    budgetLine_->setAntialiased(false);
    selectedBand_ = addColumnBand(*plot_);
    focusFrame_ = addFocusFrame(*plot_);
    peakMark_ = new QCPItemTracer(plot_);
    peakMark_->setStyle(QCPItemTracer::tsSquare);
    peakMark_->setSize(6);
    peakText_ = new QCPItemText(plot_);
    peakText_->position->setParentAnchor(peakMark_->position);
    peakText_->setPadding({3, 0, 3, 0});

    putLegendAbove(*plot_);
    plot_->xAxis->setLabel(tr("scale"));
    auto ticker = QSharedPointer<QCPAxisTickerFixed>::create();
    ticker->setTickStep(1);
    ticker->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
    plot_->xAxis->setTicker(ticker);
    plot_->xAxis->setSubTicks(false);
    plot_->xAxis->grid()->setVisible(false);
    plot_->yAxis->setNumberFormat(QStringLiteral("gb"));
    plot_->yAxis->setNumberPrecision(4);
    plot_->yAxis->ticker()->setTickCount(4);
    plot_->installEventFilter(this);
    clear();
    applyPalette();
}

void KvPlot::begin(const QStringList& scales, const QVector<qint64>& fullCacheBytes) {
    names_ = scales;
    full_ = fullCacheBytes;
    bytes_ = QVector<qint64>(scales.size(), 0);
    budget_ = peak_ = 0;
    peakScale_ = -1;
    if (selected_ >= names_.size())
        selected_ = -1;
    redraw();
    showSelected();
}

void KvPlot::setBytes(int scale, qint64 bytes) {
    if (scale < 0 || scale >= bytes_.size() || bytes_[scale] == bytes)
        return;
    bytes_[scale] = bytes;
    redraw();
    if (scale == selected_)
        showSelected();
}

void KvPlot::clear() {
    begin({}, {});
}

void KvPlot::setBudget(qint64 bytes) {
    budget_ = std::max<qint64>(bytes, 0);
    redraw();
}

void KvPlot::setPeak(int scale, qint64 bytes) {
    peakScale_ = scale >= 0 && scale < names_.size() && bytes > 0 ? scale : -1;
    peak_ = peakScale_ < 0 ? 0 : bytes;
    redraw();
}

void KvPlot::setSelectable(bool selectable) {
    selectable_ = selectable;
    setFocusPolicy(selectable ? Qt::StrongFocus : Qt::NoFocus);
}

void KvPlot::setSelectedScale(int scale) {
    selected_ = scale >= 0 && scale < names_.size() ? scale : -1;
    showSelected();
}

void KvPlot::choose(int scale) {
    setSelectedScale(scale);
    Q_EMIT scaleClicked(scale);
}

qint64 KvPlot::largest() const {
    qint64 most = peak_;
    for (int scale = 0; scale < names_.size(); ++scale)
        most = std::max({most, bytes_[scale], full_.value(scale)});
    return most;
}

QString KvPlot::description(int scale) const {
    if (scale < 0 || scale >= names_.size())
        return {};
    const ByteUnit unit = ByteUnit::fitting(largest());
    const auto amount = [&](qint64 bytes) {
        return tr("%1 (%2 bytes)").arg(unit.text(bytes, 2), QLocale().toString(bytes));
    };
    QString text = tr("Scale %1 of %2, %3").arg(scale + 1).arg(names_.size()).arg(names_[scale]);
    if (bytes_[scale] > 0)
        text += QLatin1Char('\n') + tr("stored: %1").arg(amount(bytes_[scale]));
    if (scale < full_.size())
        text += QLatin1Char('\n') + tr("full cache: %1").arg(amount(full_[scale]));
    if (scale == peakScale_)
        text += QLatin1Char('\n') + tr("peak: %1").arg(amount(peak_));
    return text;
}

void KvPlot::redraw() {
    const ByteUnit unit = ByteUnit::fitting(largest());
    QVector<double> keys, stored, full;
    for (int scale = 0; scale < names_.size(); ++scale) {
        keys += scale + 1;
        stored += unit.of(bytes_[scale]);
        full += unit.of(full_.value(scale));
    }
    storedBars_->setData(keys, stored, true);
    fullBars_->setData(keys, full, true);
    const double most = unit.of(largest()), limit = unit.of(budget_);
    double top = std::max(most * kAboveBars, unit.of(peak_) * kAbovePeak);
    if (limit <= most * kFarBudget)
        top = std::max(top, limit * kAboveBars);
    plot_->xAxis->setRange(0.4, std::max<double>(1, static_cast<double>(names_.size())) + 0.6);
    plot_->yAxis->setRange(0, top > 0 ? top : 1);
    plot_->yAxis->setLabel(unit.name);
    drawBudget(unit.bytes, top);
    drawPeak(unit.bytes);
    const bool any = !names_.isEmpty();
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
        axis->setTickLabels(any);
        axis->setTicks(any);
    }
    plot_->yAxis->grid()->setVisible(any);
    plot_->legend->setVisible(any);
    replotIfSeen(*plot_);
}

void KvPlot::drawBudget(double unit, double top) {
    const bool any = budget_ > 0 && !names_.isEmpty();
    const double limit = static_cast<double>(budget_) / unit;
    budgetLine_->setVisible(any);
    budgetLine_->setData({plot_->xAxis->range().lower, plot_->xAxis->range().upper}, {limit, limit}, true);
    const QString amount = ByteUnit::fitting(budget_).text(budget_, 1);
    const QString name = limit > top ? tr("budget %1 (above)").arg(amount) : tr("budget %1").arg(amount);
    const bool named = plot_->legend->hasItemWithPlottable(budgetLine_);
    if (any == named && budgetLine_->name() == name)
        return;
    budgetLine_->setName(name);
    if (any && !named)
        budgetLine_->addToLegend();
    else if (!any && named)
        budgetLine_->removeFromLegend();
    arrangeLegend();
}

void KvPlot::drawPeak(double unit) {
    const bool any = peakScale_ >= 0;
    peakMark_->setVisible(any);
    peakText_->setVisible(any);
    if (!any)
        return;
    peakMark_->position->setCoords(peakScale_ + 1, static_cast<double>(peak_) / unit);
    peakText_->setText(tr("peak %1").arg(ByteUnit::fitting(peak_).text(peak_, 1)));
    // Away from the edges, which would cut it off.
    const double place = (peakScale_ + 0.5) / static_cast<double>(names_.size());
    const Qt::Alignment side = place < 0.3 ? Qt::AlignLeft : place > 0.7 ? Qt::AlignRight : Qt::AlignHCenter;
    peakText_->setPositionAlignment(side | Qt::AlignBottom);
    peakText_->position->setCoords(place < 0.3 ? -5 : place > 0.7 ? 5 : 0, -5);
}

void KvPlot::showSelected() {
    placeColumnBand(*selectedBand_, selected_, palette());
    announceValue(this, description(selected_));
    replotIfSeen(*plot_);
}

void KvPlot::applyPalette() {
    const QPalette colours = palette();
    QColor outline = colours.color(QPalette::WindowText);
    outline.setAlpha(140);
    stylePlot(*plot_, colours, font());
    storedBars_->setBrush(colours.color(QPalette::Highlight));
    storedBars_->setPen(Qt::NoPen);
    fullBars_->setBrush(Qt::NoBrush);
    fullBars_->setPen(QPen(outline, 1, Qt::DashLine));
    budgetLine_->setPen(QPen(problemColours(colours).text, 2, Qt::DashLine));
    peakMark_->setPen(QPen(colours.color(QPalette::Window), 1));
    peakMark_->setBrush(colours.color(QPalette::WindowText));
    peakText_->setColor(colours.color(QPalette::WindowText));
    QColor ground = colours.color(QPalette::Window); // it may lie on the full cache's bars
    ground.setAlpha(215);
    peakText_->setBrush(ground);
    peakText_->setFont(font());
    showSelected();
    showFocus();
    arrangeLegend(); // its font may have changed
}

void KvPlot::showFocus() {
    showFocusFrame(*focusFrame_, hasFocus(), palette());
    replotIfSeen(*plot_);
}

void KvPlot::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    showFocus();
}

void KvPlot::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    showFocus();
}

void KvPlot::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    plot_->replot(QCustomPlot::rpQueuedReplot); // what changed while nobody saw it
}

void KvPlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyPalette();
}

void KvPlot::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrangeLegend();
}

void KvPlot::arrangeLegend() {
    wrapLegend(*plot_->legend, width());
    replotIfSeen(*plot_);
}

int KvPlot::scaleAt(QPoint position) const {
    if (!plot_->axisRect()->rect().contains(position))
        return -1;
    const auto scale = static_cast<int>(std::lround(plot_->xAxis->pixelToCoord(position.x()))) - 1;
    return scale >= 0 && scale < names_.size() ? scale : -1;
}

bool KvPlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched == plot_ && event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), description(scaleAt(help->pos())), plot_);
        return true;
    }
    if (watched == plot_ && event->type() == QEvent::MouseButtonPress && selectable_) {
        const auto* press = static_cast<QMouseEvent*>(event);
        const int scale = scaleAt(press->position().toPoint());
        if (press->button() == Qt::LeftButton && scale >= 0) {
            setFocus(Qt::MouseFocusReason); // the plot itself takes none
            choose(scale);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void KvPlot::keyPressEvent(QKeyEvent* event) {
    const int last = static_cast<int>(names_.size()) - 1;
    int scale = selected_;
    switch (selectable_ && last >= 0 ? event->key() : 0) {
    case Qt::Key_Left:
        scale = std::max(scale - 1, 0);
        break;
    case Qt::Key_Right:
        scale = std::min(scale + 1, last);
        break;
    case Qt::Key_Home:
        scale = 0;
        break;
    case Qt::Key_End:
        scale = last;
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (scale != selected_)
        choose(scale);
}

} // namespace scalekv::widgets
