#pragma once

#include "widgets/labelled_sheet_layout.h"

#include <functional>

class QPainter;

namespace scalekv::widgets {

/// Paints the picture of a cell into a rectangle of its own shape, no larger than its pixels.
using PaintPicture = std::function<void(QPainter& painter, int row, int column, const QRectF& target)>;
/// As well as can be, scaling anew each time; who paints often keeps something.
PaintPicture paintBest(const LabelledSheet& sheet);

/// Paints a sheet, headings and labels fixed while the grid is `scrolled` (logical pixels) below and beside
/// them. `view`: the room there is, from the sheet's top left corner.
void paintLabelledSheet(QPainter& painter, const LabelledSheet& sheet, const LabelledSheetLayout& layout,
                        const QPalette& palette, QSizeF view, const PaintPicture& paintPicture,
                        QPointF scrolled = {});

} // namespace scalekv::widgets
