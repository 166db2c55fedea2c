#pragma once

#include "widgets/heat_map_layout.h"

#include <QWidget>

namespace scalekv::widgets {

/// A matrix of coloured cells, of which one may be chosen. Rows and columns are those of the figure, whatever
/// the order in which rows are shown.
///
/// Click, arrows, Home and End (of the row; with Ctrl of the whole map), Page Up and Down (of the column)
/// choose.
class HeatMap : public QWidget {
    Q_OBJECT
public:
    explicit HeatMap(QWidget* parent = nullptr);

    /// The chosen cell stays where the new figure has it.
    void setFigure(HeatMapFigure figure);
    const HeatMapFigure& figure() const { return figure_; }
    /// One cell; paints no more than that if the span of colours stays.
    void setValue(int row, int column, double value);
    void setMarked(int row, int column, bool marked);
    /// From top to bottom; see HeatMapFigure::rowOrder.
    void setRowOrder(const QVector<int>& rows);
    /// What the tooltip says about a cell; without: HeatMapFigure::cellText().
    void setCellText(std::function<QString(int row, int column)> text) { cellText_ = std::move(text); }

    /// Emits nothing. A cell outside the map: none.
    void setSelected(int row, int column);
    int selectedRow() const { return selectedRow_; }
    int selectedColumn() const { return selectedColumn_; }

    /// In the widget's coordinates.
    QRectF cellRect(int row, int column) const { return layout_.cellRect(row, column); }
    std::pair<int, int> cellAt(QPointF position) const { return layout_.cellAt(position); }

    QSize sizeHint() const override { return {400, 400}; }
    QSize minimumSizeHint() const override { return {160, 140}; }

Q_SIGNALS:
    /// The user has chosen a cell.
    void cellSelected(int row, int column);
    /// (−1, −1): the pointer has left the cells
    void cellHovered(int row, int column);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void layOut();
    void updateCell(int row, int column);
    void hover(int row, int column);
    void choose(int row, int column);
    void describe();
    QString textOf(int row, int column) const;
    void frame(QPainter& painter, const QRectF& cell, const QColor& colour, double width) const;

    HeatMapFigure figure_;
    HeatMapLayout layout_;
    ColourScale::Range range_; ///< as painted
    double layoutRatio_ = 0;
    std::function<QString(int, int)> cellText_;
    int selectedRow_ = -1, selectedColumn_ = -1;
    int hoveredRow_ = -1, hoveredColumn_ = -1;
};

} // namespace scalekv::widgets
