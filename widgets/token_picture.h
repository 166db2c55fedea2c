#pragma once

#include "widgets/token_overlay.h"

#include <QPalette>
#include <QRectF>

#include <utility>

class QPainter;

namespace scalekv::widgets {

/// The largest rectangle of `aspect`'s shape in the middle of `box`, at whole units.
QRectF fitted(QSizeF aspect, const QRectF& box);

/// `picture` at `size` logical pixels for a screen of `ratio`, smooth.
QImage scaledPicture(const QImage& picture, QSizeF size, double ratio);

/// The same in shades of grey: what lies under weights, since amber says nothing on a yellow picture.
QImage greyPicture(const QImage& picture);

/// Tokens over a rectangle.
struct TokenGrid {
    QRectF box;
    int rows = 0, columns = 0;

    bool isEmpty() const { return box.isEmpty() || rows <= 0 || columns <= 0; }
    QRectF cellRect(int row, int column) const;
    /// {row, column}; {−1, −1}: none
    std::pair<int, int> cellAt(QPointF point) const;
    double smallerSide() const;
};

/// `image` is the overlay's. Lines between tokens are left out where they would hide the picture.
void paintOverlay(QPainter& painter, const TokenGrid& grid, const TokenOverlay& overlay, const QImage& image);

/// A frame that is seen on any picture; no smaller than can be seen either.
void paintTokenFrame(QPainter& painter, const QRectF& cell, double width);

} // namespace scalekv::widgets
