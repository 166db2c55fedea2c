#pragma once

#include "gallery/entry.h"
#include "gallery/folder_walk.h"

namespace scalekv::gallery {

/// All that the index knows of a picture.
struct PictureFacts {
    Entry entry;                            ///< id 0: not yet in the index
    QString policyName, negative, settings; ///< `settings`: words to be searched in
    bool broken = false;                    ///< no whole PNG: nobody sees it
    bool unread = false;                    ///< it could not be read, and nothing is known of it
    FileStamp picture, run, marks;          ///< of its files; no bytes: not there
};

/// The stamps of a picture's files.
struct PictureStamps {
    FileStamp picture, run, marks;
    bool operator==(const PictureStamps&) const = default;
};

PictureStamps stampsOf(const FolderFiles& files, const QString& path);
/// Of one picture, from the disk.
PictureStamps stampsOf(const QString& folder, const QString& path);

/// Reads a picture's texts and marks, not its pixels.
PictureFacts readFacts(const QString& folder, const QString& path, const PictureStamps& stamps);

} // namespace scalekv::gallery
