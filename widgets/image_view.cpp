#include "widgets/image_view.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMimeData>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {
constexpr double kMargin = 10;      // logical pixels around a fitted picture
constexpr double kLargestZoom = 64; // screen pixels a pixel
constexpr double kSmallestZoom = 1.0 / 32;
constexpr double kStep = 1.25;    // of a key press or a wheel notch
constexpr double kPixelsFrom = 4; // from this zoom on, pixels are shown as squares (unless fitted)
} // namespace

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
    const bool keep = !isEmpty() && finalSize == finalSize_;
    // Painting converts any other format again and again.
    levels_ = {picture.convertToFormat(picture.hasAlphaChannel() ? QImage::Format_ARGB32_Premultiplied
                                                                 : QImage::Format_RGB32)};
    finalSize_ = finalSize;
    if (!keep)
        fit();
    update();
}

void ImageView::clear() {
    levels_.clear();
    finalSize_ = {};
    fitted_ = true;
    updateCursor();
    update();
}

void ImageView::setEmptyText(const QString& title, const QString& hint) {
    emptyTitle_ = title;
    emptyHint_ = hint;
    update();
}

double ImageView::zoom() const {
    return scale_ * devicePixelRatioF();
}

bool ImageView::canPan() const {
    return !isEmpty() &&
           (finalSize_.width() * scale_ > width() + 0.5 || finalSize_.height() * scale_ > height() + 0.5);
}

QPointF ImageView::toPicture(QPointF widgetPosition) const {
    return centre_ + (widgetPosition - QRectF(rect()).center()) / scale_;
}

QPointF ImageView::toWidget(QPointF picturePosition) const {
    return QRectF(rect()).center() + (picturePosition - centre_) * scale_;
}

double ImageView::fitScale() const {
    if (finalSize_.isEmpty())
        return 1.0;
    const double wide = std::max(1.0, width() - 2 * kMargin) / finalSize_.width();
    const double high = std::max(1.0, height() - 2 * kMargin) / finalSize_.height();
    return std::min(wide, high);
}

void ImageView::fit() {
    fitted_ = true;
    scale_ = fitScale();
    centre_ = QPointF(finalSize_.width(), finalSize_.height()) / 2;
    updateCursor();
    update();
    Q_EMIT zoomChanged(zoom());
}

void ImageView::showActualSize() {
    zoomAbout(1.0 / zoom(), QRectF(rect()).center());
}

void ImageView::zoomIn() {
    zoomAbout(kStep, QRectF(rect()).center());
}

void ImageView::zoomOut() {
    zoomAbout(1 / kStep, QRectF(rect()).center());
}

void ImageView::zoomAbout(double factor, QPointF anchor) {
    if (isEmpty())
        return;
    const QPointF fixed = toPicture(anchor);
    const double ratio = devicePixelRatioF();
    // A picture too large to fit at the smallest zoom may still be shown whole.
    const double smallest = std::min(kSmallestZoom / ratio, fitScale());
    fitted_ = false;
    scale_ = std::clamp(scale_ * factor, smallest, std::max(kLargestZoom / ratio, fitScale()));
    centre_ = fixed - (anchor - QRectF(rect()).center()) / scale_;
    keepInside();
    updateCursor();
    update();
    Q_EMIT zoomChanged(zoom());
}

void ImageView::keepInside() {
    const auto clampAxis = [](double centre, double extent, double view) {
        return extent <= view ? extent / 2 : std::clamp(centre, view / 2, extent - view / 2);
    };
    centre_.setX(clampAxis(centre_.x(), finalSize_.width(), width() / scale_));
    centre_.setY(clampAxis(centre_.y(), finalSize_.height(), height() / scale_));
}

void ImageView::updateCursor() {
    if (panning_)
        setCursor(Qt::ClosedHandCursor);
    else if (canPan())
        setCursor(Qt::OpenHandCursor);
    else
        unsetCursor();
}

const QImage& ImageView::levelFor(double devicePixelsPerPixel) {
    // Bilinear painting of a picture shrunk by more than two leaves pixels out, so halve it first.
    int level = 0;
    while (devicePixelsPerPixel < 0.5 && std::min(levels_[level].width(), levels_[level].height()) > 1) {
        if (level + 1 == levels_.size()) {
            const QSize half = (levels_[level].size() / 2).expandedTo(QSize(1, 1));
            levels_ += levels_[level].scaled(half, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
        }
        ++level;
        devicePixelsPerPixel *= 2;
    }
    return levels_[level];
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
    QPainter painter(this);
    painter.fillRect(event->rect(), palette().color(QPalette::Dark));
    if (isEmpty()) {
        paintEmpty(painter);
        return;
    }
    const QRectF target(toWidget({0, 0}), QSizeF(finalSize_) * scale_);
    const double shrink = target.width() * devicePixelRatioF() / levels_.front().width();
    painter.setRenderHint(QPainter::SmoothPixmapTransform, fitted_ || zoom() < kPixelsFrom);

    // Only the part that is seen: a picture zoomed in far covers millions of screen pixels.
    const QImage& source = levelFor(shrink);
    const QRectF seen = target.intersected(QRectF(event->rect()).adjusted(-1, -1, 1, 1));
    const double sx = source.width() / target.width();
    const double sy = source.height() / target.height();
    const QRectF part((seen.x() - target.x()) * sx, (seen.y() - target.y()) * sy, seen.width() * sx,
                      seen.height() * sy);
    painter.drawImage(seen, source, part);
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
    if (isEmpty())
        return;
    if (fitted_)
        fit();
    else
        keepInside();
    updateCursor();
}

void ImageView::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / 120.0;
    if (isEmpty() || notches == 0) {
        event->ignore();
        return;
    }
    zoomAbout(std::pow(kStep, notches), event->position());
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
        centre_ -= (event->position() - last_) / scale_;
        last_ = event->position();
        fitted_ = false;
        keepInside();
        update();
    } else if (mayDragOut_ &&
               (event->position() - pressed_).manhattanLength() >= QApplication::startDragDistance()) {
        mayDragOut_ = false; // one drag a press
        dragPicture(this, levels_.front(), dragData_);
    }
}

void ImageView::mouseReleaseEvent(QMouseEvent* /*event*/) {
    panning_ = mayDragOut_ = false;
    updateCursor();
}

void ImageView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || isEmpty())
        return;
    if (fitted_)
        zoomAbout(1.0 / zoom(), event->position());
    else
        fit();
}

void ImageView::keyPressEvent(QKeyEvent* event) {
    const double step = 40;
    QPointF move;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomIn();
        return;
    case Qt::Key_Minus:
        zoomOut();
        return;
    case Qt::Key_Left:
        move = {-step, 0};
        break;
    case Qt::Key_Right:
        move = {step, 0};
        break;
    case Qt::Key_Up:
        move = {0, -step};
        break;
    case Qt::Key_Down:
        move = {0, step};
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (!canPan())
        return;
    centre_ += move / scale_;
    keepInside();
    update();
}

} // namespace scalekv::widgets
