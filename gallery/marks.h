#pragma once

#include "gallery/entry.h"

#include <QByteArray>

#include <optional>

/// Stars and tags as an XMP file beside the picture, as darktable and digiKam read and write it: xmp:Rating
/// and dc:subject. They outlive the index, and move with the picture.
namespace scalekv::gallery {

/// None where there is no such text, or it is damaged.
Marks marksOf(const QByteArray& xmp);
Marks readMarks(const QString& picture);
/// None where there is a file that cannot be read.
std::optional<Marks> marksIfRead(const QString& picture);

/// The XMP with these marks instead of its own; all else that it says stays. Empty where nothing is left to
/// say. None where it is damaged.
std::optional<QByteArray> withMarks(const QByteArray& xmp, const Marks& marks);

/// The same where they are to be changed: throws Error as writeMarks() would.
Marks marksToChange(const QString& picture);

/// Writes, changes or takes away the file beside the picture. Throws Error, also where the file that is there
/// cannot be read or understood: it may hold another program's work.
void writeMarks(const QString& picture, const Marks& marks);

/// A tag as it is kept of what a person types: one line, no more than 100 characters; empty: none.
QString cleanTag(const QString& text);

} // namespace scalekv::gallery
