#include "gallery/thumbnails.h"

#include "gallery/picture_name.h"
#include "scalekv/error.h"
#include "scalekv/png.h"

#include <QBuffer>

#include <new>

namespace scalekv::gallery {
namespace {

constexpr int kQuality = 88;

} // namespace

QImage makeThumbnail(const QString& file) {
    try {
        const RgbImage image = readPng(nativePath(file)).image;
        const QImage view(image.pixels.data(), image.width, image.height, qsizetype(image.width) * 3,
                          QImage::Format_RGB888);
        const QImage small =
            image.width > kThumbnailSide || image.height > kThumbnailSide
                ? view.scaled(kThumbnailSide, kThumbnailSide, Qt::KeepAspectRatio, Qt::SmoothTransformation)
                : view;
        return small.convertToFormat(QImage::Format_RGB32);
    } catch (const Error&) {
        return {};
    } catch (const std::bad_alloc&) {
        return {};
    }
}

QByteArray thumbnailBytes(const QImage& thumbnail) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    thumbnail.save(&buffer, "JPEG", kQuality);
    return bytes;
}

QImage thumbnailOf(const QByteArray& bytes) {
    return QImage::fromData(bytes, "JPEG");
}

} // namespace scalekv::gallery
