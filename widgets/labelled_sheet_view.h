#pragma once

#include "widgets/labelled_sheet_layout.h"
#include "widgets/picture_levels.h"

#include <QAbstractScrollArea>
#include <QHash>

namespace scalekv::widgets {

/// Shows a sheet, scaled to fit or larger; then the grid scrolls below its headings. Words keep their size.
/// No picture is larger than its own pixels, so that is where zooming in ends.
///
/// A click on a cell, Enter and Space activate it; arrows, Home and End (of the row; with Ctrl of the whole
/// sheet), Page Up and Down (of the column) go from cell to cell. Ctrl + wheel, + and − zoom, 0 fits.
class LabelledSheetView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit LabelledSheetView(QWidget* parent = nullptr);

    /// The current cell stays where the new sheet has it.
    void setSheet(LabelledSheet sheet);
    const LabelledSheet& sheet() const { return sheet_; }
    void setCell(int row, int column, SheetCell cell);
    /// What stands here while the sheet is empty: what to do.
    void setEmptyText(const QString& text);

    /// Emits nothing; a cell outside the sheet: none, which is {−1, −1}.
    void setCurrentCell(int row, int column);
    std::pair<int, int> currentCell() const { return {currentRow_, currentColumn_}; }

    bool isFitted() const { return fitted_; }
    /// A cell's longer side in logical pixels.
    int cellSide() const { return side_; }
    /// As it is scrolled now, in the viewport's coordinates.
    QRectF cellRect(int row, int column) const;
    /// {−1, −1}: none
    std::pair<int, int> cellAt(QPointF position) const;

    QSize sizeHint() const override { return {640, 480}; }
    QSize minimumSizeHint() const override { return {160, 120}; }

public Q_SLOTS:
    void fit();
    void zoomIn();
    void zoomOut();

Q_SIGNALS:
    /// The user has clicked a cell, or pressed Enter on it.
    void cellActivated(int row, int column);
    /// The user has gone to a cell.
    void currentCellChanged(int row, int column);

protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    int largestSide() const;
    void layOut();
    void zoomTo(double side, QPointF anchor);
    QPointF scrolled() const;
    QPointF middle() const;
    void goTo(int row, int column);
    void bringIntoView(int row, int column);
    void hover(std::pair<int, int> cell);
    void describe();
    void paintPicture(QPainter& painter, int row, int column, const QRectF& target);

    struct Kept {
        qint64 of = 0; ///< the picture's cache key
        PictureLevels levels;
    };

    LabelledSheet sheet_;
    LabelledSheetLayout layout_;
    QHash<qsizetype, Kept> kept_; ///< by the cell's place, of those that have been seen
    QString emptyText_;
    int side_ = 0;
    bool fitted_ = true;
    int currentRow_ = -1, currentColumn_ = -1;
    std::pair<int, int> hovered_{-1, -1}, pressed_{-1, -1};
};

} // namespace scalekv::widgets
