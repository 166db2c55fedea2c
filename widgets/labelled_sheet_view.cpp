#include "widgets/labelled_sheet_view.h"

#include "widgets/accessible_value.h"
#include "widgets/grid_keys.h"
#include "widgets/labelled_sheet_painter.h"
#include "widgets/picture_viewport.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {
constexpr int kSmallestSide = 40, kLargestWithoutPictures = 256;
constexpr double kCurrentFrame = 3; // between a cell and its rule there is room for the current one's frame
} // namespace

LabelledSheetView::LabelledSheetView(QWidget* parent) : QAbstractScrollArea(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    viewport()->setMouseTracking(true);
    viewport()->setBackgroundRole(QPalette::Window);
    setAccessibleName(tr("Sheet of pictures"));
}

void LabelledSheetView::setSheet(LabelledSheet sheet) {
    sheet_ = std::move(sheet);
    kept_.clear();
    setAccessibleName(sheet_.title.isEmpty() ? tr("Sheet of pictures") : sheet_.title);
    if (!sheet_.contains(currentRow_, currentColumn_))
        currentRow_ = currentColumn_ = -1;
    hover({-1, -1});
    layOut();
    describe();
}

void LabelledSheetView::setCell(int row, int column, SheetCell cell) {
    if (!sheet_.contains(row, column))
        return;
    sheet_.setCell(row, column, std::move(cell));
    layOut(); // a first or a larger picture may be seen larger
    if (row == currentRow_ && column == currentColumn_)
        describe();
}

void LabelledSheetView::setEmptyText(const QString& text) {
    emptyText_ = text;
    viewport()->update();
}

void LabelledSheetView::setCurrentCell(int row, int column) {
    const bool there = sheet_.contains(row, column);
    currentRow_ = there ? row : -1;
    currentColumn_ = there ? column : -1;
    if (there)
        bringIntoView(row, column);
    viewport()->update();
    describe();
}

void LabelledSheetView::goTo(int row, int column) {
    if (row == currentRow_ && column == currentColumn_)
        return;
    setCurrentCell(row, column);
    Q_EMIT currentCellChanged(row, column);
}

void LabelledSheetView::describe() {
    announceValue(this, sheet_.cellText(currentRow_, currentColumn_));
}

int LabelledSheetView::largestSide() const {
    const int full = int(std::ceil(sheet_.fullSide() / devicePixelRatioF()));
    return std::max(full > 0 ? full : kLargestWithoutPictures, kSmallestSide);
}

void LabelledSheetView::layOut() {
    if (fitted_)
        side_ = LabelledSheetLayout::fittingSide(sheet_, QRectF(contentsRect()).size(), font(), kSmallestSide,
                                                 largestSide());
    side_ = std::clamp(side_, kSmallestSide, largestSide());
    layout_ = LabelledSheetLayout(sheet_, side_, font());
    // What shows and hides the bars is queued; resizeEvent() then comes here again.
    const auto range = [](QScrollBar* bar, double needed, int room) {
        bar->setPageStep(room);
        bar->setRange(0, std::max(0, int(std::ceil(needed)) - room));
    };
    range(horizontalScrollBar(), layout_.size().width(), viewport()->width());
    range(verticalScrollBar(), layout_.size().height(), viewport()->height());
    horizontalScrollBar()->setSingleStep(std::max(1, int(layout_.pitch().width() / 3)));
    verticalScrollBar()->setSingleStep(std::max(1, int(layout_.pitch().height() / 3)));
    viewport()->update();
}

QPointF LabelledSheetView::scrolled() const {
    return QPointF(horizontalScrollBar()->value(), verticalScrollBar()->value());
}

QPointF LabelledSheetView::middle() const {
    return QRectF(viewport()->rect()).center();
}

void LabelledSheetView::zoomTo(double side, QPointF anchor) {
    if (sheet_.isEmpty())
        return;
    const int wanted = std::clamp(int(std::lround(side)), kSmallestSide, largestSide());
    if (wanted == side_)
        return;
    const QPointF place = anchor + scrolled() - layout_.grid().topLeft(); // stays under the pointer
    const QSizeF before = layout_.pitch();
    fitted_ = false;
    side_ = wanted;
    layOut();
    const QPointF now = QPointF(place.x() * layout_.pitch().width() / before.width(),
                                place.y() * layout_.pitch().height() / before.height()) +
                        layout_.grid().topLeft() - anchor;
    horizontalScrollBar()->setValue(int(std::lround(now.x())));
    verticalScrollBar()->setValue(int(std::lround(now.y())));
}

void LabelledSheetView::fit() {
    fitted_ = true;
    layOut();
}

void LabelledSheetView::zoomIn() {
    zoomTo(side_ * kZoomStep, middle());
}

void LabelledSheetView::zoomOut() {
    zoomTo(side_ / kZoomStep, middle());
}

QRectF LabelledSheetView::cellRect(int row, int column) const {
    const QRectF cell = layout_.cellRect(row, column);
    return cell.isEmpty() ? cell : cell.translated(-scrolled());
}

std::pair<int, int> LabelledSheetView::cellAt(QPointF position) const {
    const QPointF corner = layout_.grid().topLeft();
    if (position.x() < corner.x() || position.y() < corner.y()) // on the headings
        return {-1, -1};
    return layout_.cellAt(position + scrolled());
}

void LabelledSheetView::bringIntoView(int row, int column) {
    const QRectF cell =
        cellRect(row, column)
            .adjusted(-kCurrentFrame - 1, -kCurrentFrame - 1, kCurrentFrame + 1, kCurrentFrame + 1);
    const QPointF corner = layout_.grid().topLeft();
    const auto bring = [](QScrollBar* bar, double from, double to, double least, double most) {
        if (from < least || to - from > most - least)
            bar->setValue(bar->value() + int(std::floor(from - least)));
        else if (to > most)
            bar->setValue(bar->value() + int(std::ceil(to - most)));
    };
    bring(horizontalScrollBar(), cell.left(), cell.right(), corner.x(), viewport()->width());
    bring(verticalScrollBar(), cell.top(), cell.bottom(), corner.y(), viewport()->height());
}

/// Halvings of the pictures are kept: a hundred large ones, scaled anew, would take a second each time.
void LabelledSheetView::paintPicture(QPainter& painter, int row, int column, const QRectF& target) {
    const QImage picture = sheet_.cell(row, column).picture;
    Kept& kept = kept_[qsizetype(row) * sheet_.columns.size() + column];
    if (kept.of != picture.cacheKey())
        kept = {picture.cacheKey(), PictureLevels(picture)};
    kept.levels.paint(painter, target, target);
}

void LabelledSheetView::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(viewport());
    if (sheet_.isEmpty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(QRectF(viewport()->rect()).adjusted(24, 0, -24, 0),
                         int(Qt::AlignCenter) | Qt::TextWordWrap, emptyText_);
        return;
    }
    const QSizeF view = QRectF(viewport()->rect()).size();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    paintLabelledSheet(
        painter, sheet_, layout_, palette(), view,
        [this](QPainter& on, int row, int column, const QRectF& target) {
            paintPicture(on, row, column, target);
        },
        scrolled());

    painter.setClipRect(QRectF(layout_.grid().topLeft(), QPointF(view.width(), view.height())));
    painter.setRenderHint(QPainter::Antialiasing);
    const auto frame = [&](std::pair<int, int> cell, const QColor& colour, double width) {
        const QRectF box = cellRect(cell.first, cell.second);
        if (box.isEmpty())
            return;
        painter.setPen(QPen(colour, width));
        painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 2, 2);
    };
    frame(hovered_, palette().color(QPalette::Mid), 1);
    // With none current yet, the first cell is where keys begin.
    const bool begins = currentRow_ < 0 && hasFocus();
    frame(begins ? std::pair(0, 0) : currentCell(), palette().color(QPalette::Highlight), hasFocus() ? 3 : 1);
}

bool LabelledSheetView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto [row, column] = cellAt(help->pos());
        const bool onTitle = layout_.title().box.contains(help->pos());
        // Labels may be cut short; here all of them stands.
        QToolTip::showText(
            help->globalPos(), onTitle ? sheet_.title : sheet_.cellText(row, column), viewport(),
            onTitle ? layout_.title().box.toAlignedRect() : cellRect(row, column).toAlignedRect());
        return true;
    }
    if (event->type() == QEvent::Leave)
        hover({-1, -1});
    return QAbstractScrollArea::viewportEvent(event);
}

void LabelledSheetView::hover(std::pair<int, int> cell) {
    if (cell == hovered_)
        return;
    hovered_ = cell;
    viewport()->setCursor(cell.first < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
    viewport()->update();
}

void LabelledSheetView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void LabelledSheetView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        layOut();
}

void LabelledSheetView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void LabelledSheetView::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void LabelledSheetView::wheelEvent(QWheelEvent* event) {
    if (!event->modifiers().testFlag(Qt::ControlModifier)) {
        QAbstractScrollArea::wheelEvent(event);
        return;
    }
    zoomTo(side_ * std::pow(kZoomStep, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

void LabelledSheetView::mousePressEvent(QMouseEvent* event) {
    pressed_ = event->button() == Qt::LeftButton ? cellAt(event->position()) : std::pair(-1, -1);
    if (pressed_.first < 0)
        event->ignore();
    else
        goTo(pressed_.first, pressed_.second);
}

void LabelledSheetView::mouseReleaseEvent(QMouseEvent* event) {
    const auto cell = std::exchange(pressed_, {-1, -1});
    if (event->button() == Qt::LeftButton && cell.first >= 0 && cell == cellAt(event->position()))
        Q_EMIT cellActivated(cell.first, cell.second);
}

void LabelledSheetView::mouseMoveEvent(QMouseEvent* event) {
    hover(cellAt(event->position()));
}

void LabelledSheetView::keyPressEvent(QKeyEvent* event) {
    const int rows = layout_.rows(), columns = layout_.columns();
    const int key = event->key();
    const bool wholeSheet = event->modifiers().testFlag(Qt::ControlModifier);
    if (rows == 0 || columns == 0) {
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space) {
        if (event->modifiers() & ~Qt::KeypadModifier) { // Ctrl+Enter is the window's
            event->ignore();
            return;
        }
        goTo(std::max(currentRow_, 0), std::max(currentColumn_, 0));
        Q_EMIT cellActivated(currentRow_, currentColumn_);
    } else if (key == Qt::Key_Plus || key == Qt::Key_Equal) {
        zoomIn();
    } else if (key == Qt::Key_Minus) {
        zoomOut();
    } else if (key == Qt::Key_0) {
        fit();
    } else if (const auto moved = gridMove(key, currentRow_, currentColumn_, rows, columns)) {
        auto [row, column] = *moved;
        if (wholeSheet && (key == Qt::Key_Home || key == Qt::Key_End))
            row = key == Qt::Key_Home ? 0 : rows - 1;
        const bool none = currentRow_ < 0;
        goTo(none ? 0 : std::clamp(row, 0, rows - 1), none ? 0 : std::clamp(column, 0, columns - 1));
    } else {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

} // namespace scalekv::widgets
