#pragma once

#include "scalekv/rgb_image.h"

#include <QImage>

namespace scalekv::ui {

/// Copies into the format that QPainter draws fastest.
QImage toQImage(const RgbImage& image);
RgbImage toRgbImage(const QImage& image);

} // namespace scalekv::ui
