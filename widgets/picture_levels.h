#pragma once

#include <QImage>
#include <QRectF>
#include <QVector>

class QPainter;

namespace scalekv::widgets {

/// A picture and halvings of it, made when first needed: bilinear painting of a picture shrunk by more than
/// two leaves pixels out.
class PictureLevels {
public:
    PictureLevels() = default;
    /// In a format that is painted without being converted each time.
    explicit PictureLevels(const QImage& picture);

    bool isEmpty() const { return levels_.isEmpty(); }
    /// The picture as given, in its own size.
    QImage picture() const { return isEmpty() ? QImage() : levels_.front(); }

    /// Spread over `target`, of which only what lies in `seen` is painted: a picture zoomed in far covers
    /// millions of screen pixels. The painter's hint decides whether pixels are smooth.
    void paint(QPainter& painter, const QRectF& target, const QRectF& seen);

private:
    const QImage& levelFor(double devicePixelsPerPixel);

    QVector<QImage> levels_;
};

} // namespace scalekv::widgets
