#include "widgets/heat_map_export.h"

#include "widgets/heat_map_painter.h"

#include <QBuffer>
#include <QFontInfo>
#include <QPainter>
#include <QSvgGenerator>

namespace scalekv::widgets {
namespace {

constexpr double kPageMargin = 8;

/// Points become other pixels on every device; the layout is measured in those of the screen.
QFont inPixels(QFont font) {
    font.setPixelSize(QFontInfo(font).pixelSize());
    return font;
}

void paintPage(QPainter& painter, const HeatMapFigure& figure, QSize size, double ratio,
               const QPalette& palette, const QFont& font) {
    const QRectF page(QPointF(0, 0), QSizeF(size));
    painter.fillRect(page, palette.color(QPalette::Window));
    const QRectF box = page.adjusted(kPageMargin, kPageMargin, -kPageMargin, -kPageMargin);
    paintHeatMap(painter, figure, HeatMapLayout(figure, box, inPixels(font), ratio), palette);
}

} // namespace

QImage heatMapImage(const HeatMapFigure& figure, QSize size, double ratio, const QPalette& palette,
                    const QFont& font) {
    if (size.isEmpty() || ratio <= 0)
        return {};
    QImage image((QSizeF(size) * ratio).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    QPainter painter(&image);
    paintPage(painter, figure, size, ratio, palette, font);
    return image;
}

QByteArray heatMapPng(const HeatMapFigure& figure, QSize size, double ratio, const QPalette& palette,
                      const QFont& font) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    heatMapImage(figure, size, ratio, palette, font).save(&buffer, "PNG");
    return bytes;
}

QByteArray heatMapSvg(const HeatMapFigure& figure, QSize size, const QPalette& palette, const QFont& font) {
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(0, 0), size));
    generator.setTitle(figure.title);
    generator.setDescription({});
    QPainter painter(&generator);
    paintPage(painter, figure, size, 1, palette, font);
    painter.end();
    return buffer.data();
}

} // namespace scalekv::widgets
