#pragma once

#include "widgets/heat_map_figure.h"

#include <QByteArray>
#include <QFont>
#include <QImage>
#include <QPalette>
#include <QSize>

namespace scalekv::widgets {

/// A heat map of `size` (logical pixels) on the palette's ground, with `ratio` pixels a logical one. A
/// QGuiApplication is enough, on the platform "offscreen" too.
QImage heatMapImage(const HeatMapFigure& figure, QSize size, double ratio, const QPalette& palette,
                    const QFont& font);

/// The same as a PNG file.
QByteArray heatMapPng(const HeatMapFigure& figure, QSize size, double ratio, const QPalette& palette,
                      const QFont& font);

/// The same as an SVG file.
QByteArray heatMapSvg(const HeatMapFigure& figure, QSize size, const QPalette& palette, const QFont& font);

} // namespace scalekv::widgets
