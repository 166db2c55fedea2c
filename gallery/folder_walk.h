#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

#include <atomic>

namespace scalekv::gallery {

/// Tells whether a file is still what it was.
struct FileStamp {
    qint64 time = 0; ///< ms since 1970
    qint64 bytes = 0;
    bool operator==(const FileStamp&) const = default;
};

/// Of a file, not of what a link points to; all 0 where there is none.
FileStamp stampOf(const QString& path);

/// The files of a gallery's folder that are the gallery's concern, by path relative to the folder.
struct FolderFiles {
    QHash<QString, FileStamp> files; ///< pictures, runs, marks; those in the trash as well
    QStringList folders;             ///< visible ones, absolute, the gallery's own first
    int unreadable = 0;              ///< folders that may not be entered, names that are not text
    QStringList partly;              ///< folders that were not seen whole, as prefixes: "", "sub/"

    /// Whether a file would have been seen, were it there.
    bool wouldHave(const QString& path) const;
};

/// Walks through the folder and those below it, but for hidden ones, and through its trash. Links are not
/// followed. Throws Error where the folder itself cannot be read. Ends early, with what it has, when `stop`
/// is set.
FolderFiles walkFolder(const QString& folder, const std::atomic<bool>& stop);

} // namespace scalekv::gallery
