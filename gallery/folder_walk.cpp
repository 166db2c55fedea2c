#include "gallery/folder_walk.h"

#include "gallery/picture_name.h"
#include "gallery/trash.h"
#include "scalekv/error.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <system_error>

namespace scalekv::gallery {
namespace {

struct DirectoryCloser {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

FileStamp stampOf(const struct stat& state) {
    return {qint64(state.st_mtim.tv_sec) * 1000 + state.st_mtim.tv_nsec / 1000000, qint64(state.st_size)};
}

class Walk {
public:
    Walk(const QString& folder, const std::atomic<bool>& stop) : folder_(folder), stop_(stop) {}

    FolderFiles take() {
        if (!enter({}, false)) {
            throw Error("The gallery's folder " + folder_.toStdString() +
                        " cannot be read: " + std::generic_category().message(errno) + ".");
        }
        return std::move(found_);
    }

private:
    /// `below`: relative to the folder, "" or ending in "/". False: errno says why not.
    bool enter(const QString& below, bool inTrash) {
        const QString path = QDir(folder_).filePath(below);
        const std::optional<QStringList> folders = list(path, below);
        if (!folders)
            return false;
        if (!inTrash)
            found_.folders += QDir::cleanPath(path);
        for (const QString& name : *folders) {
            if (stop_)
                return true;
            const QString inner = below + name + QLatin1Char('/');
            const bool trash = inTrash || inner == kTrash;
            const bool hidden = name.startsWith(QLatin1Char('.')) && inner != kTrash &&
                                !(below == kTrash && isTrashSlot(name));
            if (!hidden && !enter(inner, trash) && errno != ENOENT) {
                ++found_.unreadable;
                found_.partly += inner;
            }
        }
        return true;
    }

    /// The folders in it; its files are taken. None where it cannot be read. It is closed again before others
    /// are opened: trees are deeper than a program may have files open.
    std::optional<QStringList> list(const QString& path, const QString& below) {
        const std::unique_ptr<DIR, DirectoryCloser> directory(::opendir(nativePath(path).c_str()));
        if (!directory)
            return {};
        QStringList folders;
        bool whole = true;
        for (errno = 0; const dirent* entry = ::readdir(directory.get()); errno = 0) {
            if (stop_)
                return folders;
            const QString name = QFile::decodeName(entry->d_name);
            if (name == QLatin1String(".") || name == QLatin1String(".."))
                continue;
            struct stat state {};
            if (::fstatat(::dirfd(directory.get()), entry->d_name, &state, AT_SYMLINK_NOFOLLOW) != 0) {
                whole = whole && errno == ENOENT; // gone
                continue;
            }
            if (QFile::encodeName(name) != entry->d_name) {
                ++found_.unreadable;
            } else if (S_ISDIR(state.st_mode)) {
                folders += name;
            } else if (S_ISREG(state.st_mode) && !name.startsWith(QLatin1Char('.')) &&
                       (isPictureName(name) || isRunName(name) || isMarksName(name))) {
                found_.files.insert(below + name, stampOf(state));
            }
        }
        if (!whole || errno != 0)
            found_.partly += below;
        return folders;
    }

    QString folder_;
    const std::atomic<bool>& stop_;
    FolderFiles found_;
};

} // namespace

bool FolderFiles::wouldHave(const QString& path) const {
    return std::none_of(partly.begin(), partly.end(),
                        [&](const QString& folder) { return path.startsWith(folder); });
}

FileStamp stampOf(const QString& path) {
    struct stat state {};
    const bool isFile = ::lstat(nativePath(path).c_str(), &state) == 0 && S_ISREG(state.st_mode);
    return isFile ? stampOf(state) : FileStamp();
}

FolderFiles walkFolder(const QString& folder, const std::atomic<bool>& stop) {
    return Walk(folder, stop).take();
}

} // namespace scalekv::gallery
