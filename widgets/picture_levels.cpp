#include "widgets/picture_levels.h"

#include <QPainter>

#include <algorithm>

namespace scalekv::widgets {

PictureLevels::PictureLevels(const QImage& picture) {
    if (!picture.isNull())
        levels_ += picture.convertToFormat(picture.hasAlphaChannel() ? QImage::Format_ARGB32_Premultiplied
                                                                     : QImage::Format_RGB32);
}

const QImage& PictureLevels::levelFor(double devicePixelsPerPixel) {
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

void PictureLevels::paint(QPainter& painter, const QRectF& target, const QRectF& seen) {
    if (isEmpty() || target.isEmpty())
        return;
    const QRectF part = target.intersected(seen);
    if (part.isEmpty())
        return;
    const double shrink = target.width() * painter.device()->devicePixelRatioF() / levels_.front().width();
    const QImage& source = levelFor(shrink);
    const double sx = source.width() / target.width();
    const double sy = source.height() / target.height();
    painter.drawImage(part, source,
                      QRectF((part.x() - target.x()) * sx, (part.y() - target.y()) * sy, part.width() * sx,
                             part.height() * sy));
}

} // namespace scalekv::widgets
