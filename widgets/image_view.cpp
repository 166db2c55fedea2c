#include "widgets/image_view.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMimeData>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QWheelEvent>

#include <cmath>

namespace scalekv::widgets {

ImageView::ImageView(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Picture"));
}

void ImageView::setPicture(const QImage& picture, QSize finalSize) {
    if (picture.isNull() || finalSize.isEmpty()) {
        clear();
        return;
    }
    const bool keep = !isEmpty() && finalSize == this->finalSize();
    picture_ = PictureLevels(picture);
    viewport_.setView(size(), devicePixelRatioF());
    viewport_.setPictureSize(finalSize);
    if (!keep)
        viewChanged();
    update();
}

void ImageView::clear() {
    picture_ = {};
    viewport_.setPictureSize({});
    updateCursor();
    update();
}

void ImageView::setEmptyText(const QString& title, const QString& hint) {
    emptyTitle_ = title;
    emptyHint_ = hint;
    update();
}

void ImageView::fit() {
    viewport_.fit();
    viewChanged();
}

void ImageView::showActualSize() {
    zoomAbout(1.0 / zoom(), viewport_.middle());
}

void ImageView::zoomIn() {
    zoomAbout(kZoomStep, viewport_.middle());
}

void ImageView::zoomOut() {
    zoomAbout(1 / kZoomStep, viewport_.middle());
}

void ImageView::zoomAbout(double factor, QPointF anchor) {
    if (isEmpty())
        return;
    viewport_.zoomAbout(factor, anchor);
    viewChanged();
}

void ImageView::viewChanged() {
    updateCursor();
    update();
    Q_EMIT zoomChanged(zoom());
}

void ImageView::updateCursor() {
    if (panning_)
        setCursor(Qt::ClosedHandCursor);
    else if (canPan())
        setCursor(Qt::OpenHandCursor);
    else
        unsetCursor();
}

bool ImageView::event(QEvent* event) {
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            zoomAbout(1 + gesture->value(), gesture->position());
            return true;
        }
    }
    return QWidget::event(event);
}

void ImageView::paintEvent(QPaintEvent* event) {
    viewport_.setView(size(), devicePixelRatioF()); // the window may have gone to another screen
    QPainter painter(this);
    painter.fillRect(event->rect(), palette().color(QPalette::Dark));
    if (isEmpty()) {
        paintEmpty(painter);
        return;
    }
    painter.setRenderHint(QPainter::SmoothPixmapTransform, !viewport_.showsSquares());
    picture_.paint(painter, viewport_.target(), QRectF(event->rect()).adjusted(-1, -1, 1, 1));
}

void ImageView::paintEmpty(QPainter& painter) const {
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.5);
    const QRect box = rect().adjusted(24, 0, -24, 0);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.setFont(large);
    const int middle = rect().center().y();
    painter.drawText(QRect(box.left(), middle - 60, box.width(), 54),
                     Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap, emptyTitle_);
    painter.setFont(font());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(QRect(box.left(), middle + 4, box.width(), 80),
                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, emptyHint_);
}

void ImageView::resizeEvent(QResizeEvent* /*event*/) {
    viewport_.setView(size(), devicePixelRatioF());
    if (isEmpty())
        return;
    if (isFitted())
        viewChanged();
    updateCursor();
}

void ImageView::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / 120.0;
    if (isEmpty() || notches == 0) {
        event->ignore();
        return;
    }
    zoomAbout(std::pow(kZoomStep, notches), event->position());
}

void ImageView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || isEmpty())
        return;
    pressed_ = last_ = event->position();
    const bool dragOut = event->modifiers().testFlag(Qt::ShiftModifier) || !canPan();
    panning_ = !dragOut;
    mayDragOut_ = dragOut && dragData_;
    updateCursor();
}

void ImageView::mouseMoveEvent(QMouseEvent* event) {
    if (panning_) {
        viewport_.pan(last_ - event->position());
        last_ = event->position();
        update();
    } else if (mayDragOut_ &&
               (event->position() - pressed_).manhattanLength() >= QApplication::startDragDistance()) {
        mayDragOut_ = false; // one drag a press
        dragPicture(this, picture(), dragData_);
    }
}

void ImageView::mouseReleaseEvent(QMouseEvent* /*event*/) {
    panning_ = mayDragOut_ = false;
    updateCursor();
}

void ImageView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || isEmpty())
        return;
    if (isFitted())
        zoomAbout(1.0 / zoom(), event->position());
    else
        fit();
}

void ImageView::keyPressEvent(QKeyEvent* event) {
    if (isEmpty() || !viewport_.pressKey(event->key()))
        QWidget::keyPressEvent(event);
    else
        viewChanged();
}

} // namespace scalekv::widgets
