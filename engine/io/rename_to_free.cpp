#include "scalekv/rename_to_free.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace scalekv {

bool renameToFree(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    // Some network disks cannot do this in one step; a program killed between these two leaves two names.
    if (::link(from.c_str(), to.c_str()) == 0) {
        if (::unlink(from.c_str()) == 0)
            return true;
        const int problem = errno;
        ::unlink(to.c_str());
        errno = problem;
        return false;
    }
    if (errno == EEXIST || errno == ENOENT)
        return false;
    // Nor are there hard links: an empty file keeps the name free for this one.
    const int name = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (name < 0)
        return false;
    ::close(name);
    if (std::rename(from.c_str(), to.c_str()) == 0)
        return true;
    const int problem = errno;
    ::unlink(to.c_str());
    errno = problem;
    return false;
}

} // namespace scalekv
