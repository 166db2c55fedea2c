#pragma once

#include <QFont>
#include <QImage>
#include <QPalette>
#include <QSizeF>
#include <QStringList>
#include <QVector>

namespace scalekv::widgets {

/// What stands where a row and a column meet.
struct SheetCell {
    QImage picture; ///< null: there is none (yet)
    QString state;  ///< said in place of a picture: "waiting", "failed"

    bool operator==(const SheetCell&) const = default;
};

/// Pictures over two settings: one changes from column to column, the other from row to row.
struct LabelledSheet {
    QString title;
    QString columnAxis, rowAxis; ///< what changes; may be empty
    QStringList columns, rows;   ///< its values
    QVector<SheetCell> cells;    ///< row by row: rows × columns; those that are missing are empty
    /// Width : height of every cell, as of the pictures where all have one shape. Others are fitted in.
    QSizeF cellShape = {1, 1};

    bool contains(int row, int column) const {
        return row >= 0 && row < rows.size() && column >= 0 && column < columns.size();
    }
    bool isEmpty() const { return rows.isEmpty() || columns.isEmpty(); }
    /// An empty one outside the sheet, and where none was given.
    SheetCell cell(int row, int column) const;
    void setCell(int row, int column, SheetCell cell);
    /// Where a cell stands and what it holds, in a line: "cfg: 4, tau: 0.5: waiting".
    QString cellText(int row, int column) const;

    /// Pixels of a cell of `side` pixels, which is its longer one.
    QSizeF cellSize(double side) const;
    /// The least side at which no picture is shrunk, in pixels; 0: there are no pictures.
    int fullSide() const;
};

/// A sheet to be kept.
struct SheetImage {
    QImage image;     ///< null: there is nothing to draw, or no memory for it
    int cellSide = 0; ///< as it was made, in pixels
    /// Why the cells are smaller than was asked for, or why there is no image, in a sentence; else empty.
    QString note;
};

/// The whole sheet on the palette's ground, with cells of `cellSide` pixels and words in proportion. It has
/// at most `mostPixels`; where that is too few, or memory is, cells are made smaller. Large ones take
/// seconds: it may be called on any thread.
SheetImage toImage(const LabelledSheet& sheet, int cellSide, const QPalette& palette, const QFont& font,
                   qint64 mostPixels = qint64(64) << 20);

} // namespace scalekv::widgets
