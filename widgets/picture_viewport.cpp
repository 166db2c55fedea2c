#include "widgets/picture_viewport.h"

#include <Qt>

#include <algorithm>

namespace scalekv::widgets {
namespace {
constexpr double kMargin = 10;      // logical pixels around a fitted picture
constexpr double kLargestZoom = 64; // screen pixels a pixel
constexpr double kSmallestZoom = 1.0 / 32;
constexpr double kSquaresFrom = 4; // zoom
constexpr double kPanStep = 40;    // logical pixels, of an arrow key
} // namespace

void PictureViewport::setPictureSize(QSizeF size) {
    const bool keep = !picture_.isEmpty() && size == picture_;
    picture_ = size;
    if (!keep)
        fit();
}

void PictureViewport::setView(QSizeF size, double devicePixelRatio) {
    view_ = size;
    ratio_ = devicePixelRatio;
    if (fitted_)
        fit();
    else
        keepInside();
}

bool PictureViewport::showsSquares() const {
    return !fitted_ && zoom() >= kSquaresFrom;
}

bool PictureViewport::canPan() const {
    return !picture_.isEmpty() && (picture_.width() * scale_ > view_.width() + 0.5 ||
                                   picture_.height() * scale_ > view_.height() + 0.5);
}

QPointF PictureViewport::toPicture(QPointF view) const {
    return centre_ + (view - middle()) / scale_;
}

QPointF PictureViewport::toView(QPointF picture) const {
    return middle() + (picture - centre_) * scale_;
}

QRectF PictureViewport::target() const {
    return {toView({0, 0}), picture_ * scale_};
}

double PictureViewport::fitScale() const {
    if (picture_.isEmpty())
        return 1.0;
    const double wide = std::max(1.0, view_.width() - 2 * kMargin) / picture_.width();
    const double high = std::max(1.0, view_.height() - 2 * kMargin) / picture_.height();
    return std::min(wide, high);
}

void PictureViewport::fit() {
    fitted_ = true;
    scale_ = fitScale();
    centre_ = QPointF(picture_.width(), picture_.height()) / 2;
}

void PictureViewport::zoomAbout(double factor, QPointF anchor) {
    const QPointF fixed = toPicture(anchor);
    // A picture too large to fit at the smallest zoom may still be shown whole.
    const double smallest = std::min(kSmallestZoom / ratio_, fitScale());
    fitted_ = false;
    scale_ = std::clamp(scale_ * factor, smallest, std::max(kLargestZoom / ratio_, fitScale()));
    centre_ = fixed - (anchor - middle()) / scale_;
    keepInside();
}

void PictureViewport::pan(QPointF by) {
    centre_ += by / scale_;
    fitted_ = false;
    keepInside();
}

bool PictureViewport::pressKey(int key) {
    const auto panned = [this](double x, double y) {
        if (canPan())
            pan({x, y});
        return true;
    };
    switch (key) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomAbout(kZoomStep, middle());
        return true;
    case Qt::Key_Minus:
        zoomAbout(1 / kZoomStep, middle());
        return true;
    case Qt::Key_0:
        fit();
        return true;
    case Qt::Key_Left:
        return panned(-kPanStep, 0);
    case Qt::Key_Right:
        return panned(kPanStep, 0);
    case Qt::Key_Up:
        return panned(0, -kPanStep);
    case Qt::Key_Down:
        return panned(0, kPanStep);
    default:
        return false;
    }
}

void PictureViewport::keepInside() {
    const auto clampAxis = [](double centre, double extent, double view) {
        return extent <= view ? extent / 2 : std::clamp(centre, view / 2, extent - view / 2);
    };
    centre_.setX(clampAxis(centre_.x(), picture_.width(), view_.width() / scale_));
    centre_.setY(clampAxis(centre_.y(), picture_.height(), view_.height() / scale_));
}

} // namespace scalekv::widgets
