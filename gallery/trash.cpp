#include "gallery/trash.h"

#include "gallery/folder_walk.h"
#include "gallery/move_files.h"
#include "gallery/picture_name.h"
#include "scalekv/error.h"
#include "scalekv/png.h"
#include "scalekv/run_file.h"

#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <new>
#include <sys/stat.h>
#include <utility>

namespace scalekv::gallery {
namespace {

constexpr int kMostNames = 100000;
constexpr qint64 kOrphanAge = qint64(7) * 24 * 3600 * 1000; // ms

QString inFolder(const QString& folder, const QString& path) {
    return QDir(folder).filePath(path);
}

bool anyIsThere(const QString& folder, const QString& picture) {
    return isThere(inFolder(folder, picture)) || isThere(inFolder(folder, runPath(picture))) ||
           isThere(inFolder(folder, marksPath(picture)));
}

QString slotPath(const QString& path, int slot) {
    return slot == 1 ? kTrash + path : kTrash + QStringLiteral(".%1/").arg(slot) + path;
}

/// What belongs to a picture, in the order in which it moves. A foreign file that only has the name does not.
QStringList belongings(const QString& folder, const QString& picture) {
    QStringList paths{marksPath(picture)};
    if (isRunFile(nativePath(inFolder(folder, runPath(picture)))))
        paths += runPath(picture);
    return paths;
}

/// Picture first, see above. All or nothing, unless the program is killed.
bool moveAll(const QString& folder, const QString& from, const QString& to) {
    const auto move = [&](const QString& source, const QString& target) {
        return moveFile(inFolder(folder, source), inFolder(folder, target));
    };
    const auto targetOf = [&](const QString& path) { return isRunName(path) ? runPath(to) : marksPath(to); };
    const QStringList others = belongings(folder, from);
    if (!move(from, to))
        return false;
    QStringList done;
    try {
        for (const QString& path : others) {
            if (move(path, targetOf(path)))
                done += path;
        }
    } catch (const Error&) {
        for (const QString& path : done)
            move(targetOf(path), path);
        move(to, from);
        throw;
    }
    return true;
}

/// Moves to the first name that `name(n)` gives and that is free.
template <typename Name>
QString moveToFree(const QString& folder, const QString& path, Name name) {
    for (int n = 1; n < kMostNames && isThere(inFolder(folder, path)); ++n) {
        const QString to = name(n);
        // Another program may be quicker: then the move says so.
        if (!anyIsThere(folder, to) && moveAll(folder, path, to))
            return to;
    }
    return {};
}

QString numbered(const QString& path, int n) {
    return n == 1 ? path : path.chopped(4) + QStringLiteral("-%1").arg(n) + path.right(4);
}

bool isRunOf(const QString& run, const QString& picture) {
    try {
        return readRunFile(nativePath(run)).pixels == pixelSum(readPng(nativePath(picture)).image);
    } catch (const Error&) {
        return false;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

/// Whether a picture is there to which a run file may belong; its ending may be written in any way.
bool hasPicture(const QString& folder, const QString& run) {
    for (const char* ending : {"png", "pnG", "pNg", "pNG", "Png", "PnG", "PNg", "PNG"}) {
        if (isThere(inFolder(folder, run.chopped(3) + QLatin1String(ending))))
            return true;
    }
    return false;
}

/// Whether nothing has been done with a file for so long; its own time may be an old one that was copied.
bool isOld(const QString& path) {
    struct stat state {};
    return ::lstat(nativePath(path).c_str(), &state) == 0 &&
           QDateTime::currentMSecsSinceEpoch() - qint64(state.st_ctim.tv_sec) * 1000 > kOrphanAge;
}

/// Where a picture may have been moved to from `picture`, or from the trash.
QStringList otherPlaces(const QString& picture) {
    if (isTrashed(picture))
        return {pathBefore(picture)};
    QStringList places;
    for (int slot = 1; slot < 10; ++slot)
        places += slotPath(picture, slot);
    return places;
}

} // namespace

bool isTrashSlot(const QString& name) {
    static const QRegularExpression slot(QStringLiteral("^\\.[1-9][0-9]*$"));
    return slot.match(name).hasMatch();
}

bool isTrashed(const QString& path) {
    return path.startsWith(kTrash);
}

QString pathBefore(const QString& trashed) {
    const QString path = trashed.mid(kTrash.size());
    const qsizetype slash = path.indexOf(QLatin1Char('/'));
    return slash > 0 && isTrashSlot(path.left(slash)) ? path.mid(slash + 1) : path;
}

QString moveToTrash(const QString& folder, const QString& path) {
    return moveToFree(folder, path, [&](int n) { return slotPath(path, n); });
}

QString freeName(const QString& folder, const QString& path) {
    for (int n = 1; n < kMostNames; ++n) {
        if (const QString name = numbered(path, n); !anyIsThere(folder, name))
            return name;
    }
    throw Error("There are too many files named " + path.toStdString() + ".");
}

QString moveBack(const QString& folder, const QString& trashed) {
    return moveToFree(folder, trashed, [&](int n) { return numbered(pathBefore(trashed), n); });
}

void deleteForever(const QString& folder, const QString& trashed) {
    QStringList paths = belongings(folder, trashed);
    paths += trashed;
    for (const QString& path : std::as_const(paths)) {
        QFile file(inFolder(folder, path));
        if (isThere(file.fileName()) && !file.remove())
            throw Error("Cannot delete " + nativePath(file.fileName()) + ": " +
                        file.errorString().toStdString() + ".");
    }
}

void removeEmptyTrash(const QString& folder) {
    QStringList folders{inFolder(folder, kTrash)};
    QDirIterator below(folders.front(), QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot,
                       QDirIterator::Subdirectories);
    while (below.hasNext())
        folders += below.next();
    std::sort(folders.begin(), folders.end(),
              [](const QString& a, const QString& b) { return a.size() > b.size(); });
    for (const QString& each : folders)
        QDir().rmdir(each); // which takes away empty ones only
}

void deleteOrphanedRuns(const QString& folder) {
    QDirIterator runs(inFolder(folder, kTrash), {QStringLiteral("*.run")}, QDir::Files | QDir::Hidden,
                      QDirIterator::Subdirectories);
    while (runs.hasNext()) {
        const QString run = QDir(folder).relativeFilePath(runs.next());
        if (isRunFile(nativePath(inFolder(folder, run))) && !hasPicture(folder, run))
            QFile::remove(inFolder(folder, run));
    }
}

namespace {

/// Brings a run file after its picture, with the marks that lie beside it: only by a run can be said whose
/// they are.
bool bringAfter(const QString& folder, FolderFiles& files, const QString& run) {
    const auto bring = [&](const QString& from, const QString& to) {
        if (files.files.contains(from) && !files.files.contains(to) &&
            moveFile(inFolder(folder, from), inFolder(folder, to)))
            files.files.insert(to, files.files.take(from));
    };
    for (const QString& picture : otherPlaces(pictureOfRun(run))) {
        if (!files.files.contains(picture) || files.files.contains(runPath(picture)) ||
            !isRunOf(inFolder(folder, run), inFolder(folder, picture)))
            continue;
        bring(marksPath(pictureOfRun(run)), marksPath(picture));
        bring(run, runPath(picture));
        return true;
    }
    return false;
}

} // namespace

void mendMoves(const QString& folder, FolderFiles& files) {
    QStringList orphans;
    for (auto file = files.files.cbegin(); file != files.files.cend(); ++file) {
        const QString& run = file.key();
        if (isRunName(run) && files.wouldHave(run) && !files.files.contains(pictureOfRun(run)) &&
            !hasPicture(folder, run) && isRunFile(nativePath(inFolder(folder, run))))
            orphans += run;
    }
    for (const QString& run : orphans) {
        try {
            if (bringAfter(folder, files, run) || isTrashed(run) || !isOld(inFolder(folder, run)))
                continue;
            for (int slot = 1; slot < kMostNames && isThere(inFolder(folder, run)); ++slot) {
                const QString to = slotPath(run, slot);
                if (!anyIsThere(folder, pictureOfRun(to)) &&
                    moveFile(inFolder(folder, run), inFolder(folder, to)))
                    files.files.insert(to, files.files.take(run));
            }
        } catch (const Error&) {
            // A folder that cannot be written to can still be looked at.
        }
    }
}

} // namespace scalekv::gallery
