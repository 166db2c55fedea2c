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

/// Picture first, see above.
bool moveAll(const QString& folder, const QString& from, const QString& to) {
    if (!moveFile(inFolder(folder, from), inFolder(folder, to)))
        return false;
    moveFile(inFolder(folder, marksPath(from)), inFolder(folder, marksPath(to)));
    moveFile(inFolder(folder, runPath(from)), inFolder(folder, runPath(to)));
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
    }
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
    for (const QString& path : {runPath(trashed), marksPath(trashed), trashed}) {
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

void mendMoves(const QString& folder, FolderFiles& files) {
    QStringList orphans;
    for (auto file = files.files.cbegin(); file != files.files.cend(); ++file) {
        const QString& path = file.key();
        const bool isRun = isRunName(path);
        if (!isRun && !isMarksName(path))
            continue;
        const QString picture = isRun ? pictureOfRun(path) : pictureOfMarks(path);
        if (!files.files.contains(picture) &&
            !(isRun && files.files.contains(picture.chopped(4) + QLatin1String(".PNG"))))
            orphans += path;
    }
    for (const QString& path : orphans) {
        const bool isRun = isRunName(path);
        bool moved = false;
        for (const QString& picture : otherPlaces(isRun ? pictureOfRun(path) : pictureOfMarks(path))) {
            const QString to = isRun ? runPath(picture) : marksPath(picture);
            if (!files.files.contains(picture) || files.files.contains(to) ||
                (isRun && !isRunOf(inFolder(folder, path), inFolder(folder, picture))))
                continue;
            if (!moveFile(inFolder(folder, path), inFolder(folder, to)))
                continue;
            files.files.insert(to, files.files.take(path));
            moved = true;
            break;
        }
        const qint64 age = QDateTime::currentMSecsSinceEpoch() - files.files.value(path).time;
        if (!moved && isRun && age > kOrphanAge && QFile::remove(inFolder(folder, path)))
            files.files.remove(path);
    }
}

} // namespace scalekv::gallery
