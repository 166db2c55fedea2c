#pragma once

#include <QString>

namespace scalekv::gallery {

/// Gives a file another name on the same disk, at once or not at all; what has that name already stays.
/// Folders on the way to it are made. False where something has the name, or there is nothing to move.
/// Throws Error for all else.
bool moveFile(const QString& from, const QString& to);

/// Whether anything has this name, be it a link to nowhere.
bool isThere(const QString& path);

} // namespace scalekv::gallery
