#include "widgets/thumbnail.h"

namespace scalekv::widgets {

QImage thumbnail(const QImage& picture, QSize box, qreal devicePixelRatio) {
    if (picture.isNull())
        return {};
    QImage result = picture.scaled(box * devicePixelRatio, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    result.setDevicePixelRatio(devicePixelRatio);
    return result;
}

} // namespace scalekv::widgets
