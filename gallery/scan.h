#pragma once

#include "gallery/folder_walk.h"
#include "gallery/index.h"

namespace scalekv::gallery {

/// Brings the index to what the folder holds, in steps that leave room for other work.
class Scan {
public:
    /// Walks through the folder; forgets what is gone. Throws Error where the folder cannot be read, and
    /// IndexError.
    Scan(const QString& folder, Index& index, const std::atomic<bool>& stop);

    /// Reads some more pictures, the newest first. Throws IndexError.
    void step();
    bool isDone() const { return next_ >= pictures_.size(); }
    int read() const { return static_cast<int>(next_); }
    int total() const { return static_cast<int>(pictures_.size()); }
    /// Something in the index is other than before the last step (at first: than before it began).
    bool hasChanged() const { return changed_; }
    /// Pictures of the folder that are none, and what could not be looked into.
    int broken() const { return broken_; }
    /// Whether one that cannot be read may still be being written: nobody tells when it is whole.
    bool isUnfinished() const { return unfinished_; }
    int unreadable() const { return files_.unreadable; }
    const QStringList& folders() const { return files_.folders; }

private:
    QString folder_;
    Index& index_;
    FolderFiles files_;
    QStringList pictures_; ///< to be read
    qsizetype next_ = 0;
    int broken_ = 0;
    bool unfinished_ = false;
    bool changed_ = false;
};

} // namespace scalekv::gallery
