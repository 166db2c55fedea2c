#pragma once

#include "widgets/labelled_sheet.h"

#include <QRectF>

#include <utility>

namespace scalekv::widgets {

/// A text in lines within a rectangle.
struct SheetText {
    QRectF box;
    QStringList lines;
};

/// Where a sheet's parts lie when its cells have a given side, in logical pixels from the top left corner of
/// the whole sheet. Title and headings stand above the grid, labels of rows left of it.
class LabelledSheetLayout {
public:
    LabelledSheetLayout() = default;
    LabelledSheetLayout(const LabelledSheet& sheet, double cellSide, const QFont& font);

    /// The largest side at which all of the sheet has room in `box`, between the two.
    static int fittingSide(const LabelledSheet& sheet, QSizeF box, const QFont& font, int least, int most);

    double cellSide() const { return side_; }
    const QFont& font() const { return font_; }
    /// Of the title and the names of the axes.
    QFont headingFont() const;
    QSizeF size() const { return size_; }
    /// All cells, with the rules around them.
    const QRectF& grid() const { return grid_; }

    const SheetText& title() const { return title_; }
    const SheetText& columnAxis() const { return columnAxis_; }
    const SheetText& rowAxis() const { return rowAxis_; }
    const SheetText& columnLabel(int column) const { return columnLabels_.at(column); }
    const SheetText& rowLabel(int row) const { return rowLabels_.at(row); }
    /// What a picture may fill; empty outside the sheet.
    QRectF cellRect(int row, int column) const;
    /// {row, column}; {−1, −1}: none
    std::pair<int, int> cellAt(QPointF position) const;

    int rows() const { return static_cast<int>(rowLabels_.size()); }
    int columns() const { return static_cast<int>(columnLabels_.size()); }
    /// From one cell's edge to the next one's.
    QSizeF pitch() const;

private:
    double side_ = 0;
    QFont font_;
    QSizeF cell_, size_;
    QRectF grid_;
    SheetText title_, columnAxis_, rowAxis_;
    QVector<SheetText> columnLabels_, rowLabels_;
};

} // namespace scalekv::widgets
