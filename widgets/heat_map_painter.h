#pragma once

#include "widgets/heat_map_layout.h"

#include <QPalette>

class QPainter;

namespace scalekv::widgets {

/// Paints what lies in `part` (of the layout's coordinates; empty: everything). The ground is left as it is.
void paintHeatMap(QPainter& painter, const HeatMapFigure& figure, const HeatMapLayout& layout,
                  const QPalette& palette, const QRectF& part = {});

} // namespace scalekv::widgets
