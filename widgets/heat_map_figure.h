#pragma once

#include "widgets/colour_scale.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <QVector>

#include <functional>

namespace scalekv::widgets {

/// What a heat map shows: a matrix of numbers with names. A value: it knows how to say itself in words and as
/// a table; `heat_map_painter.h` draws it, `heat_map_export.h` makes files of it.
struct HeatMapFigure {
    HeatMapFigure() = default;
    /// All cells empty.
    HeatMapFigure(QStringList rowNames, QStringList columnNames);

    QString title;
    QString caption;             ///< below the title, faint: of what it is
    QString rowAxis, columnAxis; ///< what the rows and columns are: "layer", "scale"
    QStringList rowLabels, columnLabels;
    QVector<double> values; ///< rows × columns, row by row; NaN: none
    QVector<bool> marks;    ///< cells with a dot, in the same order; empty: none
    QString markName;       ///< what a dot means, for the legend
    QString noneName;       ///< what an empty cell means; empty: the legend does not say
    ColourScale colours;
    QVector<int> rowOrder; ///< rows from top to bottom; not a permutation of all rows: as they come
    std::function<QString(double)> format; ///< a value in words; without: three digits of the locale
    /// Stands in the cells where all of them have room for it; without: nothing does.
    std::function<QString(double)> cellFormat;
    bool legend = true;

    int rows() const { return static_cast<int>(rowLabels.size()); }
    int columns() const { return static_cast<int>(columnLabels.size()); }
    bool contains(int row, int column) const {
        return row >= 0 && row < rows() && column >= 0 && column < columns();
    }
    /// NaN outside.
    double value(int row, int column) const;
    /// Nothing happens outside.
    void setValue(int row, int column, double value);
    bool isMarked(int row, int column) const;
    void setMarked(int row, int column, bool marked);

    /// The rows from top to bottom.
    QVector<int> shownRows() const;
    /// What the colours span: the scale's own limits, else those of the values.
    ColourScale::Range range() const { return colours.range(values); }

    QString valueText(double value) const;
    /// A cell in words: "layer 7, scale 8: 0.34, drafter".
    QString cellText(int row, int column) const;
    /// The rows as they come, a line each, with a header; names of categories instead of their numbers.
    /// Numbers have a point whatever the locale and can be read back exactly.
    QByteArray csv() const;
};

} // namespace scalekv::widgets
