#pragma once

#include "widgets/token_picture.h"

#include <QWidget>

#include <functional>

namespace scalekv::widgets {

/// A picture with the tokens of one scale over it: how much each is looked at, or which were kept. One
/// position may be marked. Positions are (row, column) from 0, the upper left.
///
/// Click and arrows (Home, End: of the row; Page Up, Down: of the column) choose a position.
class TokenView : public QWidget {
    Q_OBJECT
public:
    explicit TokenView(QWidget* parent = nullptr);

    /// Shown whole, in its own shape. Without one, tokens are shown on plain ground.
    void setPicture(const QImage& picture);
    /// Another grid has no overlay; the marked position stays where it still exists.
    void setGrid(int rows, int columns);
    /// Weights row by row, as bright as they are large beside `maximum` (not positive: beside the largest).
    void setHeat(const QVector<double>& weights, double maximum = 0);
    /// How often each token was kept, row by row: 0 is evicted, `maximum` kept by all.
    void setKept(const QVector<double>& counts, double maximum = 1);
    void clearOverlay();
    const TokenOverlay& overlay() const { return overlay_; }

    /// Emits nothing. A position outside the grid: none.
    void setMarked(int row, int column);
    int markedRow() const { return markedRow_; }
    int markedColumn() const { return markedColumn_; }

    /// Below the picture.
    void setCaption(const QString& caption);
    /// What stands here while there are neither a picture nor tokens.
    void setEmptyText(const QString& text);
    /// What the tooltip says about a position; without: its place and value.
    void setPositionText(std::function<QString(int row, int column)> text);

    /// The picture with its tokens and the marked position, as large as it is seen, with `ratio` pixels a
    /// logical one; null while there is nothing to see.
    QImage shown(double ratio) const;

    QRectF pictureRect() const { return grid().box; }
    QRectF cellRect(int row, int column) const { return grid().cellRect(row, column); }
    std::pair<int, int> cellAt(QPointF position) const { return grid().cellAt(position); }

    QSize sizeHint() const override { return {360, 360}; }
    QSize minimumSizeHint() const override { return {64, 64}; }

Q_SIGNALS:
    /// The user has chosen a position, by pointer or by key.
    void positionClicked(int row, int column);
    /// (−1, −1): the pointer has left the tokens
    void positionHovered(int row, int column);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    TokenGrid grid() const;
    void setOverlay(TokenOverlay overlay);
    QImage paintTokens(TokenGrid grid, const QImage& scaled, double ratio) const;
    void hover(int row, int column);
    void choose(int row, int column);
    void describe();
    QString textOf(int row, int column) const;
    bool isEmpty() const { return picture_.isNull() && overlay_.rows == 0; }

    QImage picture_;
    QImage scaled_;  ///< the picture as it was last painted
    QImage painted_; ///< with the tokens over it
    TokenOverlay overlay_;
    QImage overlayImage_;
    QString caption_, emptyText_;
    std::function<QString(int, int)> positionText_;
    int markedRow_ = -1, markedColumn_ = -1;
    int hoveredRow_ = -1, hoveredColumn_ = -1;
};

} // namespace scalekv::widgets
