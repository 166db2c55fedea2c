#include "widgets/heat_map_layout.h"

#include "widgets/label_thinning.h"

#include <QFontInfo>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {
constexpr double kAxisNamesFrom = 180; // of the box, in both directions
constexpr double kGapFrom = 9;         // of a cell's shorter side
constexpr double kBesideLabels = 6;
constexpr double kWidestLabels = 0.3; // of the box
constexpr double kBesideNumbers = 3;
constexpr double kSmallestNumbers = 8; // pixels
} // namespace

HeatMapLayout::HeatMapLayout(const HeatMapFigure& figure, const QRectF& box, const QFont& font, double ratio)
    : font_(font), ratio_(ratio), columns_(figure.columns()), shown_(figure.shownRows()) {
    const QFontMetricsF metrics(font);
    const double line = metrics.height();
    const bool axisNames = box.width() >= kAxisNamesFrom && box.height() >= kAxisNamesFrom;
    QRectF room = box.adjusted(1, 1, -1, -1);

    if (!figure.title.isEmpty()) {
        const QFontMetricsF bold(titleFont());
        title_ = {bold.elidedText(figure.title, Qt::ElideRight, room.width()),
                  {room.left(), room.top(), room.width(), bold.height()}};
        room.setTop(title_.box.bottom() + 4);
    }
    if (!figure.caption.isEmpty()) {
        caption_ = {metrics.elidedText(figure.caption, Qt::ElideRight, room.width()),
                    {room.left(), room.top() - 2, room.width(), line}};
        room.setTop(caption_.box.bottom() + 4);
    }
    if (figure.legend) {
        const double height = layOutLegend(figure, room.width());
        for (LegendItem& item : legend_) {
            item.key.translate(room.left(), room.bottom() - height);
            for (Text& text : item.texts)
                text.box.translate(room.left(), room.bottom() - height);
        }
        room.setBottom(room.bottom() - height - (height > 0 ? 6 : 0));
    }
    if (axisNames && !figure.columnAxis.isEmpty()) {
        columnAxis_ = {figure.columnAxis, {room.left(), room.bottom() - line, room.width(), line}};
        room.setBottom(room.bottom() - line);
    }
    if (axisNames && !figure.rowAxis.isEmpty()) {
        rowAxis_ = {figure.rowAxis, {room.left(), room.top(), line, room.height()}};
        room.setLeft(room.left() + line + 2);
    }
    room.setBottom(room.bottom() - line - 2); // labels of columns
    double widest = 0;
    for (const QString& label : figure.rowLabels)
        widest = std::max(widest, metrics.horizontalAdvance(label));
    room.setLeft(room.left() + std::min(widest, box.width() * kWidestLabels) + kBesideLabels);
    // The lowest and the topmost label of small rows stand out by half a line.
    if (!shown_.isEmpty() && room.height() / static_cast<double>(shown_.size()) < line)
        room.setTop(room.top() + (title_.text.isEmpty() ? line / 2 : 1));

    const auto snapped = [&](double x) { return std::round(x * ratio_) / ratio_; };
    grid_ = QRectF(QPointF(snapped(room.left()), snapped(room.top())),
                   QPointF(snapped(room.right()), snapped(room.bottom())));
    if (grid_.width() <= 0 || grid_.height() <= 0 || shown_.isEmpty() || columns_ == 0)
        grid_ = QRectF(room.topLeft(), QSizeF(0, 0));
    if (!columnAxis_.text.isEmpty()) {
        columnAxis_.box.setLeft(grid_.left());
        columnAxis_.box.setWidth(grid_.width());
    }
    if (!rowAxis_.text.isEmpty()) {
        rowAxis_.box.setTop(grid_.top());
        rowAxis_.box.setHeight(grid_.height());
    }
    if (grid_.isEmpty())
        return;
    const double cell =
        std::min(grid_.width() / columns_, grid_.height() / static_cast<double>(shown_.size()));
    gap_ = cell >= kGapFrom ? 1 : 0;
    placeLabels(figure, box);
    fitCellText(figure);
}

/// Numbers of one size in all cells, or none: a few would look as if the others were empty.
void HeatMapLayout::fitCellText(const HeatMapFigure& figure) {
    if (!figure.cellFormat)
        return;
    const QFontMetricsF metrics(font_);
    double widest = 0;
    for (const double value : figure.values) {
        if (!std::isnan(value))
            widest = std::max(widest, metrics.horizontalAdvance(figure.cellFormat(value)));
    }
    if (widest <= 0)
        return;
    const double wide = (grid_.width() / columns_ - kBesideNumbers) / widest;
    const double high = grid_.height() / static_cast<double>(shown_.size()) / metrics.height();
    const double pixels = QFontInfo(font_).pixelSize() * std::min({1.0, wide, high});
    cellFontSize_ = pixels >= kSmallestNumbers ? pixels : 0;
}

void HeatMapLayout::placeLabels(const HeatMapFigure& figure, const QRectF& box) {
    const QFontMetricsF metrics(font_);
    const double line = metrics.height();

    const double rowPitch = grid_.height() / static_cast<double>(shown_.size());
    // A count of layers is thinned to round numbers from whichever end it runs; rows sorted by something else
    // by where they are.
    const bool up = std::is_sorted(shown_.cbegin(), shown_.cend(), std::greater<>());
    const bool sorted = !up && !std::is_sorted(shown_.cbegin(), shown_.cend());
    const double left = rowAxis_.text.isEmpty() ? box.left() + 1 : rowAxis_.box.right() + 2;
    const QRectF labels(left, 0, grid_.left() - kBesideLabels - left, line);
    for (const int place : thinned(static_cast<int>(shown_.size()), rowPitch, line * 0.95)) {
        const int position = up ? static_cast<int>(shown_.size()) - 1 - place : place;
        const int row = shown_[sorted ? place : position];
        const double middle = (edgeY(position) + edgeY(position + 1)) / 2;
        rowLabels_ += {metrics.elidedText(figure.rowLabels[row], Qt::ElideRight, labels.width() + 1),
                       labels.translated(0, middle - line / 2)};
    }

    double widest = 0;
    for (const QString& label : figure.columnLabels)
        widest = std::max(widest, metrics.horizontalAdvance(label));
    for (const int column : thinned(columns_, grid_.width() / columns_, widest + kBesideLabels)) {
        const QString& label = figure.columnLabels[column];
        const double width = metrics.horizontalAdvance(label) + 1;
        const double middle = (edgeX(column) + edgeX(column + 1)) / 2;
        const double start =
            std::clamp(middle - width / 2, box.left(), std::max(box.left(), box.right() - width));
        columnLabels_ += {label, {start, grid_.bottom() + 2, width, line}};
    }
}

double HeatMapLayout::layOutLegend(const HeatMapFigure& figure, double width) {
    const QFontMetricsF metrics(font_);
    const double line = metrics.height(), between = 14, beside = 5;
    const double swatch = std::round(line * 0.7);
    double x = 0, y = 0;
    const auto wrap = [&](double needed) {
        if (x > 0 && x + needed > width) {
            x = 0;
            y += line + 2;
        }
    };
    const auto addKey = [&](LegendItem::Kind kind, const QColor& colour, const QString& name) {
        const double room = std::min(metrics.horizontalAdvance(name) + 1, width - swatch - beside);
        wrap(swatch + beside + room);
        const QRectF key(x, y + std::round((line - swatch) / 2), swatch, swatch);
        legend_ += {kind,
                    key,
                    colour,
                    {{metrics.elidedText(name, Qt::ElideRight, room), {x + swatch + beside, y, room, line}}}};
        x += swatch + beside + room + between;
    };

    const bool known = std::any_of(figure.values.cbegin(), figure.values.cend(),
                                   [](double value) { return !std::isnan(value); });
    const ColourScale::Range range = figure.range();
    if (figure.colours.kind == ColourScale::Kind::Categorical) {
        for (int i = 0; i < figure.colours.categories.size(); ++i)
            addKey(LegendItem::Kind::Category, figure.colours.categoryColour(i),
                   figure.colours.categories[i].name);
    } else if (!known) {
        x = 0.01; // nothing yet: its line stays free, so that the first value moves nothing
    } else if (range.minimum == range.maximum) { // a bar would have the same words at both ends
        addKey(LegendItem::Kind::Category, figure.colours.colour(range.minimum, range),
               figure.valueText(range.minimum));
    } else {
        const QString least = figure.valueText(range.minimum), most = figure.valueText(range.maximum);
        const double leastWidth = metrics.horizontalAdvance(least) + 1,
                     mostWidth = metrics.horizontalAdvance(most) + 1;
        const double bar = std::clamp(width - leastWidth - mostWidth - 2 * beside, 20.0, 160.0);
        legend_ += {
            LegendItem::Kind::Bar,
            {leastWidth + beside, y + std::round((line - swatch) / 2), bar, swatch},
            {},
            {{least, {0, y, leastWidth, line}}, {most, {leastWidth + bar + 2 * beside, y, mostWidth, line}}}};
        x = leastWidth + mostWidth + bar + 2 * beside + between;
    }
    if (!figure.markName.isEmpty())
        addKey(LegendItem::Kind::Mark, {}, figure.markName);
    if (!figure.noneName.isEmpty())
        addKey(LegendItem::Kind::None, {}, figure.noneName);
    return x > 0 ? y + line : y;
}

QFont HeatMapLayout::titleFont() const {
    QFont bold = font_;
    bold.setBold(true);
    return bold;
}

double HeatMapLayout::edgeX(int column) const {
    return grid_.left() + std::round(grid_.width() * column / columns_ * ratio_) / ratio_;
}

double HeatMapLayout::edgeY(int position) const {
    return grid_.top() +
           std::round(grid_.height() * position / static_cast<double>(shown_.size()) * ratio_) / ratio_;
}

QRectF HeatMapLayout::cellRect(int row, int column) const {
    const int position = positionOf(row);
    if (grid_.isEmpty() || position < 0 || column < 0 || column >= columns_)
        return {};
    return {QPointF(edgeX(column), edgeY(position)), QPointF(edgeX(column + 1), edgeY(position + 1))};
}

std::pair<int, int> HeatMapLayout::cellAt(QPointF point) const {
    if (grid_.isEmpty() || !grid_.contains(point))
        return {-1, -1};
    // Edges are rounded, so the quotient may be one off.
    const auto find = [](double x, double extent, int count, auto edge) {
        int i = std::clamp(static_cast<int>(x / extent * count), 0, count - 1);
        while (i > 0 && x < edge(i))
            --i;
        while (i + 1 < count && x >= edge(i + 1))
            ++i;
        return i;
    };
    const int column = find(point.x() - grid_.left(), grid_.width(), columns_,
                            [this](int i) { return edgeX(i) - grid_.left(); });
    const int position = find(point.y() - grid_.top(), grid_.height(), static_cast<int>(shown_.size()),
                              [this](int i) { return edgeY(i) - grid_.top(); });
    return {shown_[position], column};
}

} // namespace scalekv::widgets
