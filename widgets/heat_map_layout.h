#pragma once

#include "widgets/heat_map_figure.h"

#include <QFont>
#include <QPoint>
#include <QRectF>

namespace scalekv::widgets {

/// Where everything of a heat map lies in a box. Labels that would touch are thinned out; in a small box the
/// names of the axes go first.
class HeatMapLayout {
public:
    struct Text {
        QString text;
        QRectF box;
    };
    struct LegendItem {
        enum class Kind { Bar, Category, Mark, None };
        Kind kind;
        QRectF key; ///< the bar, swatch or dot
        QColor colour;
        QVector<Text> texts;
    };

    HeatMapLayout() = default;
    /// Cells begin and end at whole pixels of a device with `ratio` pixels a unit.
    HeatMapLayout(const HeatMapFigure& figure, const QRectF& box, const QFont& font, double ratio = 1);

    QRectF grid() const { return grid_; }
    /// Empty outside the matrix. Rows are those of the figure, wherever they are shown.
    QRectF cellRect(int row, int column) const;
    /// {row, column}; {−1, −1}: none
    std::pair<int, int> cellAt(QPointF point) const;
    /// Space between cells; 0 where they are small.
    double gap() const { return gap_; }
    /// The row that is shown `position`-th from the top; −1 outside.
    int rowAt(int position) const { return shown_.value(position, -1); }
    int positionOf(int row) const { return static_cast<int>(shown_.indexOf(row)); }

    const QFont& font() const { return font_; }
    QFont titleFont() const;
    const Text& title() const { return title_; }
    const Text& caption() const { return caption_; }
    /// Of the numbers in the cells; not positive: there is no room for them.
    double cellFontSize() const { return cellFontSize_; }
    const QVector<Text>& rowLabels() const { return rowLabels_; }
    const QVector<Text>& columnLabels() const { return columnLabels_; }
    const Text& rowAxis() const { return rowAxis_; } ///< to be written upwards
    const Text& columnAxis() const { return columnAxis_; }
    const QVector<LegendItem>& legend() const { return legend_; }

private:
    double layOutLegend(const HeatMapFigure& figure, double width);
    void placeLabels(const HeatMapFigure& figure, const QRectF& box);
    void fitCellText(const HeatMapFigure& figure);
    double edgeX(int column) const;
    double edgeY(int position) const;

    QFont font_;
    double ratio_ = 1, gap_ = 0, cellFontSize_ = 0;
    int columns_ = 0;
    QVector<int> shown_;
    QRectF grid_;
    Text title_, caption_, rowAxis_, columnAxis_;
    QVector<Text> rowLabels_, columnLabels_;
    QVector<LegendItem> legend_;
};

} // namespace scalekv::widgets
