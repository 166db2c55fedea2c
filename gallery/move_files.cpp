#include "gallery/move_files.h"

#include "gallery/picture_name.h"
#include "scalekv/error.h"
#include "scalekv/rename_to_free.h"

#include <QDir>
#include <QFileInfo>

#include <cerrno>
#include <sys/stat.h>
#include <system_error>

namespace scalekv::gallery {

bool isThere(const QString& path) {
    struct stat state {};
    // Where the disk does not answer it may well be there.
    return ::lstat(nativePath(path).c_str(), &state) == 0 ||
           (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG);
}

bool moveFile(const QString& from, const QString& to) {
    const std::string source = nativePath(from), target = nativePath(to);
    QDir().mkpath(QFileInfo(to).absolutePath());
    if (renameToFree(source, target))
        return true;
    const int problem = errno;
    if (problem == EEXIST || (problem == ENOENT && !isThere(from)))
        return false;
    throw Error("Cannot move " + source + " to " + target + ": " + std::generic_category().message(problem) +
                ".");
}

} // namespace scalekv::gallery
