#include "widgets/heat_map.h"

#include "widgets/accessible_value.h"
#include "widgets/grid_keys.h"
#include "widgets/heat_map_painter.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace scalekv::widgets {
namespace {
constexpr double kFrame = 4; // what a frame may stand out of its cell
} // namespace

HeatMap::HeatMap(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Heat map"));
}

void HeatMap::setFigure(HeatMapFigure figure) {
    figure_ = std::move(figure);
    if (!figure_.title.isEmpty())
        setAccessibleName(figure_.title);
    if (!figure_.contains(selectedRow_, selectedColumn_))
        selectedRow_ = selectedColumn_ = -1;
    hover(-1, -1);
    layOut();
    describe();
}

void HeatMap::setValue(int row, int column, double value) {
    if (!figure_.contains(row, column))
        return;
    figure_.setValue(row, column, value);
    if (figure_.range() == range_)
        updateCell(row, column);
    else
        layOut();
    if (row == selectedRow_ && column == selectedColumn_)
        describe();
}

void HeatMap::setMarked(int row, int column, bool marked) {
    figure_.setMarked(row, column, marked);
    updateCell(row, column);
    if (row == selectedRow_ && column == selectedColumn_)
        describe();
}

void HeatMap::setRowOrder(const QVector<int>& rows) {
    figure_.rowOrder = rows;
    layOut();
}

void HeatMap::setSelected(int row, int column) {
    if (!figure_.contains(row, column))
        row = column = -1;
    if (row == selectedRow_ && column == selectedColumn_)
        return;
    updateCell(selectedRow_, selectedColumn_);
    selectedRow_ = row;
    selectedColumn_ = column;
    updateCell(row, column);
    describe();
}

void HeatMap::choose(int row, int column) {
    if (row == selectedRow_ && column == selectedColumn_)
        return;
    setSelected(row, column);
    Q_EMIT cellSelected(row, column);
}

void HeatMap::describe() {
    announceValue(this, textOf(selectedRow_, selectedColumn_));
}

QString HeatMap::textOf(int row, int column) const {
    if (!figure_.contains(row, column))
        return {};
    return cellText_ ? cellText_(row, column) : figure_.cellText(row, column);
}

void HeatMap::layOut() {
    range_ = figure_.range();
    layoutRatio_ = devicePixelRatioF();
    layout_ = HeatMapLayout(figure_, rect(), font(), layoutRatio_);
    update();
}

void HeatMap::updateCell(int row, int column) {
    const QRectF cell = layout_.cellRect(row, column);
    if (!cell.isEmpty())
        update(cell.adjusted(-kFrame, -kFrame, kFrame, kFrame).toAlignedRect());
}

void HeatMap::hover(int row, int column) {
    if (row == hoveredRow_ && column == hoveredColumn_)
        return;
    updateCell(hoveredRow_, hoveredColumn_);
    hoveredRow_ = row;
    hoveredColumn_ = column;
    updateCell(row, column);
    Q_EMIT cellHovered(row, column);
}

bool HeatMap::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto [row, column] = cellAt(help->pos());
        QToolTip::showText(help->globalPos(), textOf(row, column), this,
                           cellRect(row, column).toAlignedRect());
        return true;
    }
    return QWidget::event(event);
}

void HeatMap::paintEvent(QPaintEvent* event) {
    if (layoutRatio_ != devicePixelRatioF())
        layOut(); // moved to another screen
    QPainter painter(this);
    paintHeatMap(painter, figure_, layout_, palette(), event->rect());

    if (const QRectF cell = cellRect(hoveredRow_, hoveredColumn_); !cell.isEmpty())
        frame(painter, cell, Qt::black, 1);
    if (const QRectF cell = cellRect(selectedRow_, selectedColumn_); !cell.isEmpty())
        frame(painter, cell, palette().color(QPalette::Highlight), 2);
    if (hasFocus() && !layout_.grid().isEmpty()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.drawRoundedRect(layout_.grid().adjusted(-2.5, -2.5, 2.5 - layout_.gap(), 2.5 - layout_.gap()),
                                2, 2);
    }
}

void HeatMap::frame(QPainter& painter, const QRectF& cell, const QColor& colour, double width) const {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const QRectF box = cell.adjusted(0, 0, -layout_.gap(), -layout_.gap());
    // Between two light lines it is seen beside cells of its own colour.
    painter.setPen(QPen(palette().color(QPalette::HighlightedText), width + 2));
    painter.drawRect(box);
    painter.setPen(QPen(colour, width));
    painter.drawRect(box);
    painter.restore();
}

void HeatMap::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    layOut();
}

void HeatMap::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        layOut();
}

void HeatMap::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void HeatMap::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void HeatMap::mousePressEvent(QMouseEvent* event) {
    const auto [row, column] = cellAt(event->position());
    if (event->button() == Qt::LeftButton && row >= 0)
        choose(row, column);
    else
        event->ignore();
}

void HeatMap::mouseMoveEvent(QMouseEvent* event) {
    const auto [row, column] = cellAt(event->position());
    hover(row, column);
}

void HeatMap::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    hover(-1, -1);
}

void HeatMap::keyPressEvent(QKeyEvent* event) {
    const int rows = figure_.rows(), columns = figure_.columns();
    const auto moved =
        gridMove(event->key(), layout_.positionOf(selectedRow_), selectedColumn_, rows, columns);
    if (!moved) {
        QWidget::keyPressEvent(event);
        return;
    }
    auto [position, column] = *moved;
    if (event->modifiers().testFlag(Qt::ControlModifier)) { // of the whole map
        position = event->key() == Qt::Key_Home ? 0 : event->key() == Qt::Key_End ? rows - 1 : position;
    }
    if (rows == 0 || columns == 0)
        return;
    choose(layout_.rowAt(std::clamp(position, 0, rows - 1)), std::clamp(column, 0, columns - 1));
}

} // namespace scalekv::widgets
