#pragma once

#include <QByteArray>
#include <QImage>
#include <QString>

namespace scalekv::gallery {

/// The longer side of the small pictures that the index keeps.
inline constexpr int kThumbnailSide = 256;

/// Null where the file is no picture.
QImage makeThumbnail(const QString& file);
QByteArray thumbnailBytes(const QImage& thumbnail);
QImage thumbnailOf(const QByteArray& bytes);

} // namespace scalekv::gallery
