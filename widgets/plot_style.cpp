#include "widgets/plot_style.h"

#include <QFont>
#include <QPainter>
#include <QPalette>
#include <QVBoxLayout>

#include <qcustomplot.h>

#include <algorithm>

namespace scalekv::widgets {

QCustomPlot* addPlot(QWidget& widget) {
    auto* plot = new QCustomPlot(&widget);
    auto* layout = new QVBoxLayout(&widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(plot);
    plot->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored); // it would ask for the legend's width
    plot->setFocusPolicy(Qt::NoFocus);
    // Else every replot paints at once all of the window that waits to be painted.
    plot->setPlottingHint(QCP::phImmediateRefresh, false);
    return plot;
}

void paintEmptyText(QWidget& plot, const QString& text) {
    QPainter painter(&plot);
    painter.setPen(plot.palette().color(QPalette::PlaceholderText));
    painter.drawText(plot.rect().adjusted(12, 8, -12, -8), Qt::AlignCenter | Qt::TextWordWrap, text);
}

void stylePlot(QCustomPlot& plot, const QPalette& palette, const QFont& font) {
    const QColor text = palette.color(QPalette::WindowText);
    QColor faint = text;
    faint.setAlpha(45);
    QColor outline = text;
    outline.setAlpha(140);
    plot.setBackground(palette.color(QPalette::Window));
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        axis->setBasePen(outline);
        axis->setTickPen(outline);
        axis->setSubTickPen(outline);
        axis->setTickLabelColor(text);
        axis->setLabelColor(text);
        axis->setTickLabelFont(font);
        axis->setLabelFont(font);
        axis->grid()->setPen(QPen(faint, 1));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    plot.legend->setFont(font);
    plot.legend->setTextColor(text);
    plot.legend->setBrush(Qt::NoBrush);
}

void replotIfSeen(QCustomPlot& plot) {
    if (plot.isVisible() || !plot.window()->isVisible()) // one without a window may be asked for its picture
        plot.replot(QCustomPlot::rpQueuedReplot);
}

void putLegendAbove(QCustomPlot& plot) {
    plot.legend->setBorderPen(Qt::NoPen);
    plot.legend->setIconSize(14, 10);
    plot.legend->setIconTextPadding(5);
    plot.legend->setMargins({4, 2, 4, 0});
    plot.legend->setRowSpacing(0);
    plot.legend->setColumnSpacing(8);
    plot.legend->layout()->take(plot.legend);
    plot.plotLayout()->simplify(); // it may have stood beside the axes
    plot.plotLayout()->insertRow(0);
    plot.plotLayout()->addElement(0, 0, plot.legend);
    plot.plotLayout()->setRowStretchFactor(0, 0.001); // no more than it needs
}

void wrapLegend(QCPLegend& legend, int width) {
    int widest = 1;
    for (int i = 0; i < legend.itemCount(); ++i) {
        if (const QCPAbstractLegendItem* item = legend.item(i)) // the last line may have places left
            widest = std::max(widest, item->minimumOuterSizeHint().width());
    }
    legend.setFillOrder(QCPLegend::foColumnsFirst, false);
    legend.setWrap(std::max(1, (width - 16) / (widest + legend.columnSpacing())));
    legend.setFillOrder(QCPLegend::foColumnsFirst, true);
}

void placeLegend(QCustomPlot& plot, QSize size) {
    constexpr double kMost = 0.3; // of the plot's height
    QCPLegend& legend = *plot.legend;
    QCPLayoutGrid& grid = *plot.plotLayout();
    wrapLegend(legend, size.width());
    const bool above = legend.minimumOuterSizeHint().height() <= kMost * size.height();
    const bool isAbove = grid.rowCount() > 1;
    if (above && !isAbove) {
        putLegendAbove(plot);
    } else if (!above && isAbove) {
        grid.take(&legend);
        grid.simplify();
        grid.addElement(0, 1, &legend);
        grid.setColumnStretchFactor(1, 0.001);
    }
    if (!above)
        wrapLegend(legend, 0);
}

QCPItemRect* addColumnBand(QCustomPlot& plot) {
    auto* band = new QCPItemRect(&plot);
    band->setLayer(QStringLiteral("background"));
    for (QCPItemPosition* corner : {band->topLeft, band->bottomRight}) {
        corner->setTypeX(QCPItemPosition::ptPlotCoords);
        corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
        corner->setAxes(plot.xAxis, plot.yAxis);
        corner->setAxisRect(plot.axisRect());
    }
    band->setVisible(false);
    return band;
}

void placeColumnBand(QCPItemRect& band, int column, const QPalette& palette) {
    const QColor accent = palette.color(QPalette::Highlight);
    QColor ground = accent;
    ground.setAlpha(40);
    band.setPen(QPen(accent, 1.5));
    band.setBrush(ground);
    band.topLeft->setCoords(column + 0.53, 0.003);
    band.bottomRight->setCoords(column + 1.47, 1);
    band.setVisible(column >= 0);
}

QCPItemRect* addFocusFrame(QCustomPlot& plot) {
    auto* frame = new QCPItemRect(&plot);
    for (QCPItemPosition* corner : {frame->topLeft, frame->bottomRight}) {
        corner->setType(QCPItemPosition::ptAxisRectRatio);
        corner->setAxisRect(plot.axisRect());
    }
    frame->topLeft->setCoords(0, 0);
    frame->bottomRight->setCoords(1, 1);
    frame->setClipToAxisRect(false);
    frame->setBrush(Qt::NoBrush);
    frame->setVisible(false);
    return frame;
}

void showFocusFrame(QCPItemRect& frame, bool visible, const QPalette& palette) {
    frame.setPen(QPen(palette.color(QPalette::Highlight), 1.5));
    frame.setVisible(visible);
}

} // namespace scalekv::widgets
