#include "widgets/labelled_sheet_painter.h"

#include "widgets/token_picture.h"
#include "widgets/wrapped_lines.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {

void paintText(QPainter& painter, const SheetText& text, const QFont& font, const QColor& colour,
               Qt::Alignment alignment) {
    painter.setFont(font);
    painter.setPen(colour);
    const double line = QFontMetricsF(font).height();
    const double height = line * double(text.lines.size());
    double y = text.box.top();
    if (alignment.testFlag(Qt::AlignVCenter))
        y += (text.box.height() - height) / 2;
    else if (alignment.testFlag(Qt::AlignBottom))
        y += text.box.height() - height;
    const Qt::Alignment across = alignment & Qt::AlignHorizontal_Mask;
    for (const QString& words : text.lines) {
        // A box as high as the line: what hangs below it is not cut either.
        painter.drawText(QRectF(text.box.left(), y, text.box.width(), line),
                         int(across | Qt::AlignVCenter | Qt::TextDontClip), words);
        y += line;
    }
}

void paintCell(QPainter& painter, const SheetCell& cell, const QRectF& box, const QPalette& palette,
               const QFont& font, const std::function<void(const QRectF&)>& paintPicture) {
    if (cell.picture.isNull()) {
        painter.fillRect(box, palette.color(QPalette::AlternateBase));
        const double line = QFontMetricsF(font).height();
        const int lines = std::max(1, int(box.height() / line));
        paintText(painter, {box, wrappedLines(cell.state, font, box.width(), lines)}, font,
                  palette.color(QPalette::PlaceholderText), Qt::AlignCenter);
        return;
    }
    const double ratio = painter.device()->devicePixelRatioF();
    QRectF place = fitted(cell.picture.size(), box);
    const QSizeF own = QSizeF(cell.picture.size()) / ratio;
    if (place.width() > own.width() || place.height() > own.height())
        place = QRectF(box.center() - QPointF(own.width(), own.height()) / 2, own);
    place.moveTopLeft({std::round(place.left()), std::round(place.top())}); // pixel on pixel
    paintPicture(place);
}

/// The rows or columns of which something lies between two places.
std::pair<int, int> seen(double from, double to, double pitch, int count) {
    return {std::clamp(int(from / pitch), 0, count), std::clamp(int(to / pitch) + 1, 0, count)};
}

} // namespace

PaintPicture paintBest(const LabelledSheet& sheet) {
    return [&sheet](QPainter& painter, int row, int column, const QRectF& target) {
        painter.drawImage(target.topLeft(), scaledPicture(sheet.cell(row, column).picture, target.size(),
                                                          painter.device()->devicePixelRatioF()));
    };
}

void paintLabelledSheet(QPainter& painter, const LabelledSheet& sheet, const LabelledSheetLayout& layout,
                        const QPalette& palette, QSizeF view, const PaintPicture& paintPicture,
                        QPointF scrolled) {
    if (layout.rows() == 0 || layout.columns() == 0)
        return;
    const QFont heading = layout.headingFont();
    const QColor text = palette.color(QPalette::WindowText), faint = palette.color(QPalette::PlaceholderText);
    const QRectF grid = layout.grid();
    paintText(painter, layout.title(), heading, text, Qt::AlignLeft | Qt::AlignTop);
    paintText(painter, layout.columnAxis(), heading, faint, Qt::AlignLeft | Qt::AlignTop);
    paintText(painter, layout.rowAxis(), heading, faint, Qt::AlignLeft | Qt::AlignBottom);

    const QRectF room(grid.topLeft(), QPointF(view.width(), view.height()));
    const auto [firstRow, endRow] =
        seen(scrolled.y(), scrolled.y() + room.height(), layout.pitch().height(), layout.rows());
    const auto [firstColumn, endColumn] =
        seen(scrolled.x(), scrolled.x() + room.width(), layout.pitch().width(), layout.columns());

    painter.save();
    painter.setClipRect(QRectF(grid.left(), 0, room.width(), grid.top()), Qt::IntersectClip);
    painter.translate(-scrolled.x(), 0);
    for (int column = firstColumn; column < endColumn; ++column)
        paintText(painter, layout.columnLabel(column), layout.font(), text,
                  Qt::AlignHCenter | Qt::AlignBottom);
    painter.restore();

    painter.save();
    painter.setClipRect(QRectF(0, grid.top(), grid.left(), room.height()), Qt::IntersectClip);
    painter.translate(0, -scrolled.y());
    for (int row = firstRow; row < endRow; ++row)
        paintText(painter, layout.rowLabel(row), layout.font(), text, Qt::AlignRight | Qt::AlignVCenter);
    painter.restore();

    painter.save();
    painter.setClipRect(room, Qt::IntersectClip);
    painter.translate(-scrolled);
    QColor thin = palette.color(QPalette::Mid);
    thin.setAlpha(110);
    for (int column = 0; column <= layout.columns(); ++column)
        painter.fillRect(QRectF(grid.left() + column * layout.pitch().width(), grid.top(), 1, grid.height()),
                         thin);
    for (int row = 0; row <= layout.rows(); ++row)
        painter.fillRect(QRectF(grid.left(), grid.top() + row * layout.pitch().height(), grid.width(), 1),
                         thin);
    for (int row = firstRow; row < endRow; ++row)
        for (int column = firstColumn; column < endColumn; ++column)
            paintCell(painter, sheet.cell(row, column), layout.cellRect(row, column), palette, layout.font(),
                      [&](const QRectF& target) { paintPicture(painter, row, column, target); });
    painter.restore();
}

} // namespace scalekv::widgets
