#include "widgets/kv_plot.h"

#include <QEvent>
#include <QHelpEvent>
#include <QLocale>
#include <QToolTip>
#include <QVBoxLayout>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {

constexpr double kMebi = 1024.0 * 1024.0;

QString amount(qint64 bytes) {
    const QLocale locale;
    return KvPlot::tr("%1 MiB (%2 bytes)")
        .arg(locale.toString(static_cast<double>(bytes) / kMebi, 'f', 2), locale.toString(bytes));
}

} // namespace

KvPlot::KvPlot(QWidget* parent) : QWidget(parent), plot_(new QCustomPlot(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(plot_);
    setAccessibleName(tr("KV cache by scale"));

    fullBars_ = new QCPBars(plot_->xAxis, plot_->yAxis);
    fullBars_->setName(tr("full cache"));
    fullBars_->setWidth(0.8);
    storedBars_ = new QCPBars(plot_->xAxis, plot_->yAxis);
    storedBars_->setName(tr("stored"));
    storedBars_->setWidth(0.8);

    plot_->legend->setVisible(true);
    plot_->legend->setBorderPen(Qt::NoPen);
    plot_->legend->setIconSize(14, 10);
    plot_->legend->setMargins({0, 2, 0, 0});
    // A row of its own above the axes: any bar may reach the top, so no corner among them is free.
    plot_->axisRect()->insetLayout()->take(plot_->legend);
    plot_->plotLayout()->insertRow(0);
    plot_->plotLayout()->addElement(0, 0, plot_->legend);
    plot_->plotLayout()->setRowStretchFactor(0, 0.001); // no more than it needs
    plot_->xAxis->setLabel(tr("scale"));
    plot_->yAxis->setLabel(tr("MiB"));
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
    applyPalette();
    clear();
}

void KvPlot::begin(const QStringList& scales, const QVector<qint64>& fullCacheBytes) {
    names_ = scales;
    full_ = fullCacheBytes;
    bytes_ = QVector<qint64>(scales.size(), 0);
    redraw();
}

void KvPlot::setBytes(int scale, qint64 bytes) {
    if (scale < 0 || scale >= bytes_.size() || bytes_[scale] == bytes)
        return;
    bytes_[scale] = bytes;
    redraw();
}

void KvPlot::clear() {
    begin({}, {});
}

QString KvPlot::description(int scale) const {
    if (scale < 0 || scale >= names_.size())
        return {};
    QString text = tr("Scale %1 of %2, %3").arg(scale + 1).arg(names_.size()).arg(names_[scale]);
    if (bytes_[scale] > 0)
        text += QLatin1Char('\n') + tr("stored: %1").arg(amount(bytes_[scale]));
    if (scale < full_.size())
        text += QLatin1Char('\n') + tr("full cache: %1").arg(amount(full_[scale]));
    return text;
}

void KvPlot::redraw() {
    QVector<double> keys, stored, full;
    double largest = 0;
    for (int scale = 0; scale < names_.size(); ++scale) {
        keys += scale + 1;
        stored += static_cast<double>(bytes_[scale]) / kMebi;
        full += scale < full_.size() ? static_cast<double>(full_[scale]) / kMebi : 0;
        largest = std::max({largest, stored.back(), full.back()});
    }
    storedBars_->setData(keys, stored, true);
    fullBars_->setData(keys, full, true);
    plot_->xAxis->setRange(0.4, std::max<double>(1, static_cast<double>(names_.size())) + 0.6);
    plot_->yAxis->setRange(0, largest > 0 ? largest * 1.08 : 1);
    const bool any = !names_.isEmpty();
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
        axis->setTickLabels(any);
        axis->setTicks(any);
    }
    plot_->yAxis->grid()->setVisible(any);
    plot_->legend->setVisible(any);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void KvPlot::applyPalette() {
    const QPalette colours = palette();
    const QColor text = colours.color(QPalette::WindowText);
    const QColor accent = colours.color(QPalette::Highlight);
    QColor faint = text;
    faint.setAlpha(45);
    QColor outline = text;
    outline.setAlpha(140);

    plot_->setBackground(colours.color(QPalette::Window));
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
        axis->setBasePen(outline);
        axis->setTickPen(outline);
        axis->setSubTickPen(outline);
        axis->setTickLabelColor(text);
        axis->setLabelColor(text);
        axis->setTickLabelFont(font());
        axis->setLabelFont(font());
        axis->grid()->setPen(QPen(faint, 1));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    plot_->legend->setFont(font());
    plot_->legend->setTextColor(text);
    plot_->legend->setBrush(Qt::NoBrush);
    storedBars_->setBrush(accent);
    storedBars_->setPen(Qt::NoPen);
    fullBars_->setBrush(Qt::NoBrush);
    fullBars_->setPen(QPen(outline, 1, Qt::DashLine));
    arrangeLegend(); // its font may have changed
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
    QCPLegend* legend = plot_->legend;
    legend->setFillOrder(QCPLegend::foColumnsFirst);
    if (legend->minimumOuterSizeHint().width() > width())
        legend->setFillOrder(QCPLegend::foRowsFirst);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

bool KvPlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched == plot_ && event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int scale = static_cast<int>(std::lround(plot_->xAxis->pixelToCoord(help->pos().x()))) - 1;
        const QString text = plot_->axisRect()->rect().contains(help->pos()) ? description(scale) : QString();
        QToolTip::showText(help->globalPos(), text, plot_);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace scalekv::widgets
