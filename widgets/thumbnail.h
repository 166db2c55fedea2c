#pragma once

#include <QImage>
#include <QSize>

namespace scalekv::widgets {

/// `picture` scaled into `box` (logical pixels) for a screen of `devicePixelRatio`, aspect ratio kept. Tiny
/// pictures (the first scales are a few pixels wide) are enlarged smoothly.
QImage thumbnail(const QImage& picture, QSize box, qreal devicePixelRatio);

} // namespace scalekv::widgets
