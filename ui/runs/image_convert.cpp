#include "ui/runs/image_convert.h"

#include <cstring>

namespace scalekv::ui {

QImage toQImage(const RgbImage& image) {
    if (image.empty())
        return {};
    const QImage view(image.pixels.data(), image.width, image.height, static_cast<qsizetype>(image.width) * 3,
                      QImage::Format_RGB888);
    return view.convertToFormat(QImage::Format_RGB32); // a deep copy: `image` may go
}

RgbImage toRgbImage(const QImage& image) {
    const QImage rgb = image.convertToFormat(QImage::Format_RGB888);
    RgbImage result;
    result.width = rgb.width();
    result.height = rgb.height();
    const std::size_t row = static_cast<std::size_t>(rgb.width()) * 3;
    result.pixels.resize(row * static_cast<std::size_t>(rgb.height()));
    for (int y = 0; y < rgb.height(); ++y)
        std::memcpy(result.pixels.data() + row * static_cast<std::size_t>(y), rgb.constScanLine(y), row);
    return result;
}

} // namespace scalekv::ui
