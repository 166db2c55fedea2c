#include "widgets/heat_map_painter.h"

#include "widgets/colour_maps.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {

/// Lines rather than a pattern brush: those do not scale, and are lost in SVG.
void hatch(QPainter& painter, const QRectF& box, const QPalette& palette) {
    QColor faint = palette.color(QPalette::WindowText);
    faint.setAlpha(20);
    painter.fillRect(box, faint);
    faint.setAlpha(70);
    painter.setPen(QPen(faint, 1));
    const double step = 6, w = box.width(), h = box.height();
    if (std::min(w, h) < step)
        return;
    for (double d = step; d < w + h; d += step)
        painter.drawLine(QPointF(box.left() + std::max(0.0, d - h), box.top() + std::min(d, h)),
                         QPointF(box.left() + std::min(d, w), box.top() + std::max(0.0, d - w)));
}

/// Light with a dark rim: seen on every colour, in grey too.
void dot(QPainter& painter, const QRectF& box) {
    const double radius = std::clamp(std::min(box.width(), box.height()) / 7, 1.0, 4.0);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(QColor(0x1b, 0x1d, 0x21), std::min(1.5, radius * 0.7)));
    painter.setBrush(Qt::white);
    painter.drawEllipse(box.center(), radius, radius);
    painter.restore();
}

/// The same size of dot in the upper right of a cell.
QRectF corner(const QRectF& cell) {
    const double side = std::min(cell.width(), cell.height());
    QRectF box(0, 0, side, side);
    box.moveCenter({cell.right() - side * 0.22, cell.top() + side * 0.22});
    return box;
}

void colourBar(QPainter& painter, const ColourScale& colours, const QRectF& bar) {
    QLinearGradient gradient(bar.topLeft(), bar.topRight());
    constexpr int kStops = 10;
    for (int i = 0; i <= kStops; ++i) {
        const double t = static_cast<double>(i) / kStops;
        gradient.setColorAt(t, colours.colour(t, {0, 1}));
    }
    painter.fillRect(bar, gradient);
}

void paintLegend(QPainter& painter, const HeatMapFigure& figure, const HeatMapLayout& layout,
                 const QPalette& palette) {
    for (const HeatMapLayout::LegendItem& item : layout.legend()) {
        switch (item.kind) {
        case HeatMapLayout::LegendItem::Kind::Bar:
            colourBar(painter, figure.colours, item.key);
            break;
        case HeatMapLayout::LegendItem::Kind::Category:
            painter.fillRect(item.key, item.colour);
            break;
        case HeatMapLayout::LegendItem::Kind::Mark:
            // As large as a dot can be, wherever the cells are small.
            dot(painter, item.key.adjusted(-8, -8, 8, 8));
            break;
        case HeatMapLayout::LegendItem::Kind::None:
            hatch(painter, item.key, palette);
            break;
        }
        painter.setPen(palette.color(QPalette::WindowText));
        for (const HeatMapLayout::Text& text : item.texts)
            painter.drawText(text.box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, text.text);
    }
}

/// Black or white, whichever is read more easily on the colour (its luma as in BT.601).
QColor inkOn(const QColor& ground) {
    return ground.red() * 299 + ground.green() * 587 + ground.blue() * 114 > 140000 ? Qt::black : Qt::white;
}

void paintWords(QPainter& painter, const HeatMapLayout& layout, const QPalette& palette) {
    painter.setPen(palette.color(QPalette::WindowText));
    painter.setFont(layout.titleFont());
    painter.drawText(layout.title().box, Qt::AlignLeft | Qt::AlignVCenter, layout.title().text);
    painter.setFont(layout.font());
    for (const HeatMapLayout::Text& label : layout.rowLabels())
        painter.drawText(label.box, Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, label.text);
    for (const HeatMapLayout::Text& label : layout.columnLabels())
        painter.drawText(label.box, Qt::AlignHCenter | Qt::AlignVCenter | Qt::TextDontClip, label.text);
    painter.setPen(palette.color(QPalette::PlaceholderText));
    painter.drawText(layout.caption().box, Qt::AlignLeft | Qt::AlignVCenter, layout.caption().text);
    painter.drawText(layout.columnAxis().box, Qt::AlignCenter, layout.columnAxis().text);
    if (!layout.rowAxis().text.isEmpty()) {
        const QRectF box = layout.rowAxis().box;
        painter.save();
        painter.translate(box.center());
        painter.rotate(-90);
        painter.drawText(QRectF(-box.height() / 2, -box.width() / 2, box.height(), box.width()),
                         Qt::AlignCenter, layout.rowAxis().text);
        painter.restore();
    }
}

} // namespace

void paintHeatMap(QPainter& painter, const HeatMapFigure& figure, const HeatMapLayout& layout,
                  const QPalette& palette, const QRectF& part) {
    painter.save();
    QFont numbers = layout.font();
    if (layout.cellFontSize() > 0)
        numbers.setPixelSize(int(layout.cellFontSize()));
    painter.setFont(numbers);
    const ColourScale::Range range = figure.range();
    for (int row = 0; row < figure.rows(); ++row) {
        for (int column = 0; column < figure.columns(); ++column) {
            const QRectF whole = layout.cellRect(row, column);
            if (whole.isEmpty() || (!part.isEmpty() && !part.intersects(whole)))
                continue;
            const QRectF cell = whole.adjusted(0, 0, -layout.gap(), -layout.gap());
            const double value = figure.value(row, column);
            const QColor colour = std::isnan(value) ? QColor() : figure.colours.colour(value, range);
            if (colour.isValid())
                painter.fillRect(cell, colour);
            else
                hatch(painter, cell, palette);
            if (colour.isValid() && layout.cellFontSize() > 0) {
                painter.setPen(inkOn(colour));
                painter.drawText(cell, Qt::AlignCenter | Qt::TextDontClip, figure.cellFormat(value));
            }
            if (figure.isMarked(row, column)) // beside the number, where there is one
                dot(painter, layout.cellFontSize() > 0 ? corner(cell) : cell);
        }
    }
    painter.setFont(layout.font());
    if (part.isEmpty() || !layout.grid().contains(part)) {
        paintWords(painter, layout, palette);
        paintLegend(painter, figure, layout, palette);
    }
    painter.restore();
}

} // namespace scalekv::widgets
