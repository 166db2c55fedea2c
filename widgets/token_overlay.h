#pragma once

#include <QImage>
#include <QVector>

namespace scalekv::widgets {

/// A number for every token of a map, to be laid over the picture.
struct TokenOverlay {
    enum class Kind {
        None,
        Heat, ///< weights: the larger, the brighter
        Kept  ///< how often a token was kept: 0 is evicted, `maximum` is kept by all
    };
    Kind kind = Kind::None;
    int rows = 0, columns = 0;
    QVector<double> values; ///< row by row; NaN, or none at all: nothing is known, nothing is painted
    double maximum = 0;     ///< not positive: the largest of the values

    static TokenOverlay heat(int rows, int columns, QVector<double> weights, double maximum = 0);
    static TokenOverlay kept(int rows, int columns, QVector<double> counts, double maximum = 1);

    bool contains(int row, int column) const {
        return row >= 0 && row < rows && column >= 0 && column < columns;
    }
    /// NaN: none
    double value(int row, int column) const;
    /// What is brightest, or kept by all: `maximum`, or the largest of the values.
    double largest() const;
    /// Evicted by all.
    bool isEvicted(int row, int column) const { return kind == Kind::Kept && value(row, column) <= 0; }
    /// A pixel a token, with alpha: to be enlarged without smoothing. Large maps are painted quickly so.
    QImage image() const;
};

} // namespace scalekv::widgets
