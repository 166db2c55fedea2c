#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>

namespace scalekv::widgets {

/// Which part of a picture a view shows, and how large: a value that knows no widget. Positions in the
/// picture are in its pixels, those in the view in logical pixels from the view's top left corner.
class PictureViewport {
public:
    /// Pixels; empty: there is no picture. Fits, unless the size is that of before.
    void setPictureSize(QSizeF size);
    /// Logical pixels, and screen pixels a logical pixel. What was fitted stays so.
    void setView(QSizeF size, double devicePixelRatio);

    QSizeF pictureSize() const { return picture_; }
    bool isFitted() const { return fitted_; }
    /// Screen pixels a pixel of the picture, 1 = 100 %.
    double zoom() const { return scale_ * ratio_; }
    /// Whether pixels are shown as squares: zoomed in far, and by the user.
    bool showsSquares() const;
    /// The picture is larger than the view.
    bool canPan() const;

    QPointF toPicture(QPointF view) const;
    QPointF toView(QPointF picture) const;
    /// Where the whole picture lies in the view; may be larger than it.
    QRectF target() const;

    void fit();
    /// The picture's pixel under `anchor` (of the view) stays there.
    void zoomAbout(double factor, QPointF anchor);
    void zoomTo(double zoom, QPointF anchor) { zoomAbout(zoom / this->zoom(), anchor); }
    /// Moves what is seen by so many logical pixels of the view: the picture goes the other way.
    void pan(QPointF by);
    /// What keys do in every view of pictures: + and − zoom about the middle, 0 fits, arrows pan where the
    /// picture is larger than the view. Whether it was one of these (Qt::Key).
    bool pressKey(int key);
    QPointF middle() const { return QPointF(view_.width(), view_.height()) / 2; }

    bool operator==(const PictureViewport&) const = default;

private:
    double fitScale() const;
    void keepInside();

    QSizeF picture_, view_;
    double ratio_ = 1;
    bool fitted_ = true;
    double scale_ = 1; ///< logical pixels of the view a pixel of the picture
    QPointF centre_;   ///< the picture's pixel in the middle of the view
};

/// Of a key press or a wheel notch.
inline constexpr double kZoomStep = 1.25;

} // namespace scalekv::widgets
