#include "ui/text/shape_text.h"

#include "ui/text/tr.h"

#include <QLocale>

namespace scalekv::ui {

QString mapText(MapSize map) {
    return QStringLiteral("%1×%2").arg(map.height).arg(map.width);
}

QString scaleText(int scale, int scales, MapSize map) {
    return tr("Scale %1/%2 · %3 tokens").arg(scale + 1).arg(scales).arg(mapText(map));
}

QString sizeText(const QString& family, QSize pixels) {
    return QStringLiteral("%1 × %2 · %3").arg(pixels.width()).arg(pixels.height()).arg(family);
}

QString aspectText(double ratio, QSize pixels) {
    const QString form = ratio > 1.001 ? tr("Portrait") : ratio < 0.999 ? tr("Landscape") : tr("Square");
    return QStringLiteral("%1 %2 · %3 × %4 px")
        .arg(form, QLocale().toString(ratio, 'g', 4))
        .arg(pixels.width())
        .arg(pixels.height());
}

} // namespace scalekv::ui
