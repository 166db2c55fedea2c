#include "widgets/labelled_sheet.h"

#include "widgets/labelled_sheet_painter.h"

#include <QCoreApplication>
#include <QFontInfo>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {

constexpr int kSmallestCell = 16;
constexpr double kLongestSide = 32000; // QPainter's coordinates end a little above
constexpr double kLinesInACell = 20;   // words stay readable when the sheet is shown shrunk

QString tr(const char* text) {
    return QCoreApplication::translate("LabelledSheet", text);
}

QFont fontFor(const QFont& font, int cellSide) {
    QFont result = font;
    const int usual = QFontInfo(font).pixelSize();
    result.setPixelSize(std::max(usual, int(cellSide / kLinesInACell)));
    return result;
}

} // namespace

SheetCell LabelledSheet::cell(int row, int column) const {
    return contains(row, column) ? cells.value(row * columns.size() + column) : SheetCell();
}

void LabelledSheet::setCell(int row, int column, SheetCell cell) {
    if (!contains(row, column))
        return;
    if (cells.size() < rows.size() * columns.size())
        cells.resize(rows.size() * columns.size());
    cells[row * columns.size() + column] = std::move(cell);
}

QString LabelledSheet::cellText(int row, int column) const {
    if (!contains(row, column))
        return {};
    QStringList where;
    const auto add = [&where](const QString& axis, const QString& value) {
        where += axis.isEmpty() ? value : QStringLiteral("%1: %2").arg(axis, value);
    };
    add(columnAxis, columns.at(column));
    add(rowAxis, rows.at(row));
    where.removeAll(QString());
    const SheetCell held = cell(row, column);
    const QString what = held.picture.isNull()
                             ? held.state
                             : tr("%1 × %2 pixels").arg(held.picture.width()).arg(held.picture.height());
    return where.join(QStringLiteral(", ")) + (what.isEmpty() ? QString() : QStringLiteral("\n") + what);
}

QSizeF LabelledSheet::cellSize(double side) const {
    if (cellShape.isEmpty())
        return {side, side};
    const QSizeF size = cellShape * (side / std::max(cellShape.width(), cellShape.height()));
    return {std::max(1.0, std::round(size.width())), std::max(1.0, std::round(size.height()))};
}

int LabelledSheet::fullSide() const {
    const QSizeF shape = cellSize(1e4) / 1e4; // the longer side is 1
    double side = 0;
    for (const SheetCell& cell : cells)
        side = std::max({side, cell.picture.width() / shape.width(), cell.picture.height() / shape.height()});
    return int(std::ceil(side));
}

SheetImage toImage(const LabelledSheet& sheet, int cellSide, const QPalette& palette, const QFont& font,
                   qint64 mostPixels) {
    if (sheet.isEmpty())
        return {{}, 0, tr("There is nothing to draw: the sheet has no rows or no columns.")};
    const int wanted = std::max(cellSide, kSmallestCell);
    for (int side = wanted; side >= kSmallestCell;) {
        const LabelledSheetLayout layout(sheet, side, fontFor(font, side));
        const QSizeF size = layout.size();
        const double pixels = size.width() * size.height();
        const double excess = std::max({size.width() / kLongestSide, size.height() / kLongestSide,
                                        std::sqrt(pixels / double(mostPixels))});
        if (excess > 1) {
            side = std::min(side - 1, int(side / excess)); // labels shrink less: it may take another turn
            continue;
        }
        QImage image(QSize(int(std::ceil(size.width())), int(std::ceil(size.height()))),
                     QImage::Format_RGB32);
        if (image.isNull()) {
            side /= 2;
            continue;
        }
        image.fill(palette.color(QPalette::Window));
        QPainter painter(&image);
        paintLabelledSheet(painter, sheet, layout, palette, size, paintBest(sheet));
        painter.end();
        return {image, side,
                side == wanted ? QString()
                               : tr("The sheet is too large for cells of %1 pixels; it was made with %2.")
                                     .arg(wanted)
                                     .arg(side)};
    }
    return {{},
            0,
            tr("A sheet of %1 × %2 cells is too large for one picture.")
                .arg(sheet.columns.size())
                .arg(sheet.rows.size())};
}

} // namespace scalekv::widgets
