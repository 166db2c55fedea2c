#pragma once

#include <QLatin1String>
#include <QString>
#include <QVector>

/// The trash of a gallery: a hidden folder in the gallery's, with the same relative paths. What does not fit
/// there, for something of its name is there already, goes to ".trash/.2/", ".trash/.3/", …
///
/// A picture moves before what belongs to it, each by one rename. So a program that is killed in between
/// leaves run and marks where the picture was, and mendMoves() brings them after it.
namespace scalekv::gallery {

inline constexpr QLatin1String kTrash{".trash/"};

/// Whether a folder within the trash, by its name, is one of the further ones.
bool isTrashSlot(const QString& name);
bool isTrashed(const QString& path);
/// Where a path within the trash was before.
QString pathBefore(const QString& trashed);

/// Moves a picture with all that belongs to it. `path` and the result are relative to the folder; the result
/// is empty where it is not there any more. Throws Error.
QString moveToTrash(const QString& folder, const QString& path);
/// The same back; under another name where its own is taken.
QString moveBack(const QString& folder, const QString& trashed);
/// Takes away for good. Throws Error.
void deleteForever(const QString& folder, const QString& trashed);

/// Takes away the run files in the trash that have no picture there.
void deleteOrphanedRuns(const QString& folder);

/// Takes away folders of the trash with nothing in them.
void removeEmptyTrash(const QString& folder);

/// A picture's name with a number, of which nothing is there yet: "NAME.png", "NAME-2.png", … Relative.
QString freeName(const QString& folder, const QString& path);

struct FolderFiles;

/// Brings run files that lie without their picture, and the marks beside them, after it, where the picture
/// was moved last; moves those that never had one (their program was killed) to the trash when they are a
/// week old. What cannot be moved stays. Changes `files` likewise.
void mendMoves(const QString& folder, FolderFiles& files);

} // namespace scalekv::gallery
