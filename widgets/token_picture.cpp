#include "widgets/token_picture.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {

constexpr double kLinesFrom = 4; // of a cell's shorter side
constexpr double kHatchFrom = 6;
constexpr double kSmallestFrame = 7;

void paintLines(QPainter& painter, const TokenGrid& grid) {
    QVector<QLineF> lines;
    for (int column = 1; column < grid.columns; ++column) {
        const double x = std::round(grid.cellRect(0, column).left());
        lines += QLineF(x, grid.box.top(), x, grid.box.bottom() - 1);
    }
    for (int row = 1; row < grid.rows; ++row) {
        const double y = std::round(grid.cellRect(row, 0).top());
        lines += QLineF(grid.box.left(), y, grid.box.right() - 1, y);
    }
    // Many lines close together are a veil of their own.
    const int alpha = std::clamp(static_cast<int>(grid.smallerSide() * 3), 14, 42);
    painter.setPen(QPen(QColor(255, 255, 255, alpha), 1));
    painter.drawLines(lines);
}

/// Evicted tokens are struck through; what was kept has an outline.
void paintKept(QPainter& painter, const TokenGrid& grid, const TokenOverlay& overlay) {
    QVector<QLineF> strokes, outline;
    const bool hatched = grid.smallerSide() >= kHatchFrom;
    for (int row = 0; row < grid.rows; ++row) {
        for (int column = 0; column < grid.columns; ++column) {
            const QRectF cell = grid.cellRect(row, column);
            if (overlay.isEvicted(row, column)) {
                if (hatched)
                    strokes += QLineF(cell.bottomLeft() + QPointF(2, -2), cell.topRight() + QPointF(-2, 2));
                continue;
            }
            if (!(overlay.value(row, column) > 0))
                continue;
            const QPointF a = cell.topLeft(), b = cell.topRight(), c = cell.bottomRight(),
                          d = cell.bottomLeft();
            if (overlay.isEvicted(row - 1, column))
                outline += QLineF(a, b);
            if (overlay.isEvicted(row, column + 1))
                outline += QLineF(b, c);
            if (overlay.isEvicted(row + 1, column))
                outline += QLineF(d, c);
            if (overlay.isEvicted(row, column - 1))
                outline += QLineF(a, d);
        }
    }
    painter.setPen(QPen(QColor(255, 255, 255, 60), 1));
    painter.drawLines(strokes);
    painter.setPen(QPen(QColor(255, 255, 255, 200), 1));
    painter.drawLines(outline);
}

} // namespace

QRectF fitted(QSizeF aspect, const QRectF& box) {
    if (aspect.isEmpty() || box.isEmpty())
        return {};
    const QSizeF size = aspect.scaled(box.size(), Qt::KeepAspectRatio);
    const double width = std::max(1.0, std::round(size.width())),
                 height = std::max(1.0, std::round(size.height()));
    return {std::floor(box.center().x() - width / 2), std::floor(box.center().y() - height / 2), width,
            height};
}

QImage scaledPicture(const QImage& picture, QSizeF size, double ratio) {
    const QSize pixels = (size * ratio).toSize();
    if (picture.isNull() || pixels.isEmpty())
        return {};
    QImage result = picture.scaled(pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
                        .convertToFormat(picture.hasAlphaChannel() ? QImage::Format_ARGB32_Premultiplied
                                                                   : QImage::Format_RGB32);
    result.setDevicePixelRatio(ratio);
    return result;
}

QImage greyPicture(const QImage& picture) {
    return picture.convertToFormat(QImage::Format_Grayscale8);
}

QRectF TokenGrid::cellRect(int row, int column) const {
    if (isEmpty() || row < 0 || row >= rows || column < 0 || column >= columns)
        return {};
    const double w = box.width() / columns, h = box.height() / rows;
    return {box.left() + column * w, box.top() + row * h, w, h};
}

std::pair<int, int> TokenGrid::cellAt(QPointF point) const {
    if (isEmpty() || !box.contains(point))
        return {-1, -1};
    return {std::min(rows - 1, static_cast<int>((point.y() - box.top()) / box.height() * rows)),
            std::min(columns - 1, static_cast<int>((point.x() - box.left()) / box.width() * columns))};
}

double TokenGrid::smallerSide() const {
    return isEmpty() ? 0 : std::min(box.width() / columns, box.height() / rows);
}

void paintOverlay(QPainter& painter, const TokenGrid& grid, const TokenOverlay& overlay,
                  const QImage& image) {
    if (grid.isEmpty())
        return;
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (!image.isNull())
        painter.drawImage(grid.box, image);
    if (grid.smallerSide() >= kLinesFrom) {
        paintLines(painter, grid);
        if (overlay.kind == TokenOverlay::Kind::Kept)
            paintKept(painter, grid, overlay);
    }
    painter.restore();
}

void paintTokenFrame(QPainter& painter, const QRectF& cell, double width) {
    if (cell.isEmpty())
        return;
    const double wider = std::max(0.0, kSmallestFrame - cell.width()) / 2,
                 higher = std::max(0.0, kSmallestFrame - cell.height()) / 2;
    const QRectF box = cell.adjusted(-wider, -higher, wider, higher);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 220), width + 2));
    painter.drawRect(box);
    painter.setPen(QPen(Qt::white, width));
    painter.drawRect(box);
    painter.restore();
}

} // namespace scalekv::widgets
