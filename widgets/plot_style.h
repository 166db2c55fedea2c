#pragma once

class QCPItemRect;
class QCPLegend;
class QCustomPlot;
class QFont;
class QPalette;
class QSize;
class QString;
class QWidget;

namespace scalekv::widgets {

/// A plot that fills its widget, to be painted with the rest of the window.
QCustomPlot* addPlot(QWidget& widget);

/// What stands in a plot's place while there is nothing to draw.
void paintEmptyText(QWidget& plot, const QString& text);

/// What all plots with columns 1, 2, … look like.
void stylePlot(QCustomPlot& plot, const QPalette& palette, const QFont& font);

/// Soon, once for any number of changes; a plot that is not seen is not painted. Who shows it paints it.
void replotIfSeen(QCustomPlot& plot);

/// Gives the legend a row of its own above the axes: any bar may reach the top, so no corner among them is
/// free.
void putLegendAbove(QCustomPlot& plot);
/// As many entries in a line as `width` has room for.
void wrapLegend(QCPLegend& legend, int width);
/// Above the axes as long as that leaves them most of the plot, else in a column beside them.
void placeLegend(QCustomPlot& plot, QSize size);

/// What shows that a column is chosen: a band behind it. The plot takes it.
QCPItemRect* addColumnBand(QCustomPlot& plot);
/// Around `column` (the first is 0), nowhere if −1.
void placeColumnBand(QCPItemRect& band, int column, const QPalette& palette);

/// A frame around the axes, for the keyboard's focus; not visible at first. The plot takes it.
QCPItemRect* addFocusFrame(QCustomPlot& plot);
void showFocusFrame(QCPItemRect& frame, bool visible, const QPalette& palette);

} // namespace scalekv::widgets
