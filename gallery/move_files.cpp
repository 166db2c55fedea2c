#include "gallery/move_files.h"

#include "gallery/picture_name.h"
#include "scalekv/error.h"

#include <QDir>
#include <QFileInfo>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace scalekv::gallery {

bool isThere(const QString& path) {
    struct stat state {};
    return ::lstat(nativePath(path).c_str(), &state) == 0;
}

bool moveFile(const QString& from, const QString& to) {
    const std::string source = nativePath(from), target = nativePath(to);
    QDir().mkpath(QFileInfo(to).absolutePath());
    if (::renameat2(AT_FDCWD, source.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    // Some network disks cannot do this in one step; a program killed between these two leaves two names.
    if (errno == EINVAL || errno == ENOSYS) {
        if (::link(source.c_str(), target.c_str()) == 0)
            return ::unlink(source.c_str()) == 0;
    }
    if (errno == EEXIST || (errno == ENOENT && !isThere(from)))
        return false;
    throw Error("Cannot move " + source + " to " + target + ": " + std::generic_category().message(errno) +
                ".");
}

} // namespace scalekv::gallery
