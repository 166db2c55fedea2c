#include "widgets/labelled_sheet_layout.h"

#include "widgets/wrapped_lines.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {

constexpr double kRule = 1, kCellPadding = 3; // around each cell, in this order from without
constexpr int kMostTitleLines = 3, kMostLabelLines = 3;
constexpr double kWidestRowLabel = 12, kNarrowestTitle = 24; // in heights of a line

double widest(const QStringList& texts, const QFontMetricsF& metrics) {
    double width = 0;
    for (const QString& text : texts)
        width = std::max(width, metrics.horizontalAdvance(text.simplified()));
    return std::ceil(width) + 1;
}

} // namespace

QFont LabelledSheetLayout::headingFont() const {
    QFont bold = font_;
    bold.setBold(true);
    return bold;
}

QSizeF LabelledSheetLayout::pitch() const {
    return cell_ + QSizeF(1, 1) * (2 * kCellPadding + kRule);
}

LabelledSheetLayout::LabelledSheetLayout(const LabelledSheet& sheet, double cellSide, const QFont& font)
    : side_(cellSide), font_(font), cell_(sheet.cellSize(cellSide)) {
    if (sheet.isEmpty())
        return;
    const QFont bold = headingFont();
    const QFontMetricsF metrics(font), boldMetrics(bold);
    const double line = std::ceil(metrics.height()), boldLine = std::ceil(boldMetrics.height());
    const double margin = std::ceil(line / 2), beside = std::ceil(line / 2);

    // An arrow says which way the values go.
    const auto axisText = [](const QString& name, QChar arrow) {
        return name.isEmpty() ? QString() : name + QChar(QChar::Nbsp) + arrow;
    };
    const QString columnAxis = axisText(sheet.columnAxis, QChar(0x2192));
    const QString rowAxis = axisText(sheet.rowAxis, QChar(0x2193));
    const double labelWidth = std::min(std::max(widest(sheet.rows, metrics), widest({rowAxis}, boldMetrics)),
                                       kWidestRowLabel * line);
    const double gridWidth = double(sheet.columns.size()) * pitch().width() + kRule;
    const double gridLeft = margin + labelWidth + beside;
    const double titleWidth = std::max(labelWidth + beside + gridWidth, kNarrowestTitle * line);
    const double axisWidth = titleWidth - labelWidth - beside;

    double y = margin;
    title_.lines = wrappedLines(sheet.title, bold, titleWidth, kMostTitleLines);
    title_.box = QRectF(margin, y, titleWidth, boldLine * double(title_.lines.size()));
    y = title_.box.bottom() + (title_.lines.isEmpty() ? 0 : margin);
    columnAxis_.lines = wrappedLines(columnAxis, bold, axisWidth, 1);
    columnAxis_.box = QRectF(gridLeft, y, axisWidth, boldLine * double(columnAxis_.lines.size()));
    y = columnAxis_.box.bottom();

    qsizetype mostLines = 0;
    for (int column = 0; column < sheet.columns.size(); ++column) {
        SheetText label;
        label.lines =
            wrappedLines(sheet.columns.at(column), font, cell_.width() + 2 * kCellPadding, kMostLabelLines);
        mostLines = std::max(mostLines, label.lines.size());
        columnLabels_ += label;
    }
    rowAxis_.lines = wrappedLines(rowAxis, bold, labelWidth, kMostLabelLines);
    const double labels = std::max(line * double(mostLines),
                                   boldLine * double(rowAxis_.lines.size()) - columnAxis_.box.height());
    const double gridTop = y + std::max(0.0, labels) + std::ceil(line / 4);
    for (int column = 0; column < columns(); ++column)
        columnLabels_[column].box =
            QRectF(gridLeft + kRule + column * pitch().width(), gridTop - line / 4 - line * double(mostLines),
                   cell_.width() + 2 * kCellPadding, line * double(mostLines));
    const double rowAxisHeight = boldLine * double(rowAxis_.lines.size());
    rowAxis_.box = QRectF(margin, gridTop - line / 4 - rowAxisHeight, labelWidth, rowAxisHeight);

    const int rowLines = std::max(1, int((cell_.height() + 2 * kCellPadding) / line));
    for (int row = 0; row < sheet.rows.size(); ++row) {
        SheetText label;
        label.lines = wrappedLines(sheet.rows.at(row), font, labelWidth, rowLines);
        label.box = QRectF(margin, gridTop + kRule + row * pitch().height(), labelWidth,
                           cell_.height() + 2 * kCellPadding);
        rowLabels_ += label;
    }
    grid_ = QRectF(gridLeft, gridTop, gridWidth, double(sheet.rows.size()) * pitch().height() + kRule);
    size_ = QSizeF(margin + titleWidth + margin, grid_.bottom() + margin);
}

int LabelledSheetLayout::fittingSide(const LabelledSheet& sheet, QSizeF box, const QFont& font, int least,
                                     int most) {
    int side = least;
    while (least <= most) { // larger cells never make a smaller sheet
        const int middle = least + (most - least) / 2;
        const QSizeF size = LabelledSheetLayout(sheet, middle, font).size();
        if (size.width() <= box.width() && size.height() <= box.height()) {
            side = middle;
            least = middle + 1;
        } else {
            most = middle - 1;
        }
    }
    return side;
}

QRectF LabelledSheetLayout::cellRect(int row, int column) const {
    if (row < 0 || row >= rows() || column < 0 || column >= columns())
        return {};
    return {grid_.left() + kRule + kCellPadding + column * pitch().width(),
            grid_.top() + kRule + kCellPadding + row * pitch().height(), cell_.width(), cell_.height()};
}

std::pair<int, int> LabelledSheetLayout::cellAt(QPointF position) const {
    if (!grid_.contains(position))
        return {-1, -1};
    const QPointF inside = position - grid_.topLeft();
    return {std::clamp(int(inside.y() / pitch().height()), 0, rows() - 1),
            std::clamp(int(inside.x() / pitch().width()), 0, columns() - 1)};
}

} // namespace scalekv::widgets
