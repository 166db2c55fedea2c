#pragma once

#include <QColor>
#include <QString>
#include <QVector>
#include <QWidget>

#include <functional>

class QCPItemRect;
class QCustomPlot;

namespace scalekv::widgets {

/// One line of a plot.
struct PlotSeries {
    struct Point {
        double x = 0, y = 0;
        double deviation = 0; ///< half of an error bar; 0 or not finite: none
        QString name = {};    ///< of the point: "10 %"
        bool operator==(const Point&) const = default;
    };
    QString name;
    QColor colour;         ///< invalid: one of the categories, by its place
    QVector<Point> points; ///< from left to right; those with a y that is not finite are left out
    bool operator==(const PlotSeries&) const = default;
};

/// What a plot of lines shows: a value.
struct SeriesFigure {
    QString title, xAxis, yAxis; ///< with their units: "KV cache, MiB"
    QVector<PlotSeries> series;
    bool columns = false;      ///< x are the numbers 1, 2, … of something, of which one can be chosen
    bool logarithmicX = false; ///< all x must then be above 0
    std::function<QString(double)> format; ///< a y in words; without: four digits of the locale

    bool isEmpty() const;
    QString valueText(double y) const;
    /// "ScaleKV 10 %, scale 3: 4.1 %"
    QString pointText(int series, int point) const;
    /// A row a point: series, point, x, y, deviation. Numbers have a point whatever the locale.
    QByteArray csv() const;
};

/// Lines with points and error bars. With `columns` one of them may be chosen: by click, and by Left, Right,
/// Home and End.
class SeriesPlot : public QWidget {
    Q_OBJECT
public:
    explicit SeriesPlot(QWidget* parent = nullptr);

    void setFigure(SeriesFigure figure);
    const SeriesFigure& figure() const { return figure_; }
    /// Stands here while there is nothing to plot.
    void setEmptyText(const QString& text);
    /// This series is drawn stronger; −1: all are the same.
    void setEmphasised(int series);
    /// Emits nothing. From 0; −1: none.
    void setSelectedColumn(int column);
    int selectedColumn() const { return selected_; }

    /// The room between the axes.
    QRect plotArea() const;
    /// {series, point} near a place of the widget; {−1, −1}: none
    std::pair<int, int> pointAt(QPointF position) const;

    QSize sizeHint() const override { return {360, 220}; }
    QSize minimumSizeHint() const override { return {160, 110}; }

Q_SIGNALS:
    void columnSelected(int column);

protected:
    bool event(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void draw();
    void placeX(double left, double right);
    void applyPalette();
    void choose(int column);
    void describe();
    int columnCount() const;

    QCustomPlot* plot_;
    QCPItemRect* band_;
    QCPItemRect* focusFrame_;
    SeriesFigure figure_;
    QString emptyText_;
    int emphasised_ = -1, selected_ = -1;
};

} // namespace scalekv::widgets
