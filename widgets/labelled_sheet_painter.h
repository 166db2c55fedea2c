#pragma once

#include "widgets/labelled_sheet_layout.h"

#include <functional>

class QPainter;

namespace scalekv::widgets {

/// A picture of the sheet at `size` logical pixels for a screen of `ratio`: who paints often keeps them.
using ScaledCell = std::function<QImage(int row, int column, QSizeF size, double ratio)>;
/// One that scales anew each time.
ScaledCell scalingCells(const LabelledSheet& sheet);

/// Paints a sheet, headings and labels fixed while the grid is `scrolled` (logical pixels) below and beside
/// them. `view`: the room there is, from the sheet's top left corner.
void paintLabelledSheet(QPainter& painter, const LabelledSheet& sheet, const LabelledSheetLayout& layout,
                        const QPalette& palette, QSizeF view, const ScaledCell& scaled,
                        QPointF scrolled = {});

} // namespace scalekv::widgets
