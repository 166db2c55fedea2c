#include "scalekv/write_file.h"

#include "engine/io/descriptor.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"
#include "scalekv/rename_to_free.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <random>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kNewFile = 0666; // less what the user's umask takes
constexpr mode_t kPermissions = 07777;
constexpr int kMostLinks = 40; // as the kernel's own limit

[[noreturn]] void fail(const fs::path& path, const std::string& why) {
    throw Error("Cannot write " + pathText(path) + ": " + why + ".");
}

/// What an errno means to who chose the path.
std::string reason(int problem) {
    switch (problem) {
    case ENOSPC:
    case EDQUOT:
        return "there is no room left on the disk";
    case EFBIG:
        return "the file would be larger than is allowed";
    case EACCES:
    case EPERM:
        return "you may not write there";
    case EROFS:
        return "the disk is read-only";
    case ENOENT:
    case ENOTDIR:
        return "its folder does not exist";
    default:
        return std::generic_category().message(problem);
    }
}

/// Makes sure that a name in a folder is there after a power failure; some file systems cannot.
void syncFolder(const fs::path& path) {
    const fs::path folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.value() >= 0)
        ::fsync(descriptor.value()); // what is written is written: no error of the caller's
}

constexpr std::string_view kPartStart = ".scalekv-", kPartEnd = ".part";

bool writeAll(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0)
            bytes.remove_prefix(std::size_t(written));
    }
    return true;
}

/// A pipe or device, or a descriptor of this process under its name in /proc (as /dev/stdout is): nothing can
/// take its place.
void writeDirectly(const fs::path& path, std::string_view bytes) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY));
    if (file.value() < 0 || !writeAll(file.value(), bytes) || !file.close())
        fail(path, reason(errno));
}

/// The path of the file itself, behind all symbolic links; it need not exist. Empty where a link is one of
/// /proc's, whose text is not always a path.
fs::path behindLinks(const fs::path& path) {
    fs::path file = path;
    std::error_code problem;
    for (int links = 0; fs::is_symlink(fs::symlink_status(file, problem)); ++links) {
        const fs::path folder = fs::weakly_canonical(file.parent_path(), problem);
        if (folder.native().starts_with("/proc/"))
            return {};
        if (links == kMostLinks)
            fail(path, reason(ELOOP));
        file = folder / fs::read_symlink(file, problem);
    }
    return file;
}

/// A new file beside its target that vanishes unless it takes the target's place.
class Temporary {
public:
    explicit Temporary(const fs::path& target)
        : path_(beside(target)),
          file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kNewFile)),
          exists_(file_.value() >= 0) {}
    ~Temporary() {
        if (exists_)
            ::unlink(path_.c_str());
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;

    bool exists() const { return exists_; }
    /// Else the name might, after a power failure, stand for an empty file.
    bool write(std::string_view bytes) { return writeAll(file_.value(), bytes) && sync() && file_.close(); }
    bool permit(mode_t mode) { return ::fchmod(file_.value(), mode) == 0; }
    bool replace(const fs::path& target) {
        const bool replaced = std::rename(path_.c_str(), target.c_str()) == 0;
        exists_ = !replaced;
        return replaced;
    }

    /// Takes the name, unless something has it: then errno is EEXIST.
    bool takeName(const fs::path& target) {
        if (::link(path_.c_str(), target.c_str()) == 0)
            return true; // the other name goes with this object
        const int problem = errno;
        // A network's answer may have been lost and the request sent again.
        struct stat now {};
        if (problem == EEXIST && ::stat(path_.c_str(), &now) == 0 && now.st_nlink > 1)
            return true;
        errno = problem;
        if (problem == EEXIST)
            return false;
        exists_ = !renameToFree(path_, target); // file systems without hard links
        return !exists_;
    }

private:
    bool sync() { return ::fdatasync(file_.value()) == 0 || errno == EINVAL || errno == ENOSYS; }

    /// Hidden, and short: the target's own name may be as long as names can be.
    static fs::path beside(const fs::path& target) {
        std::random_device random;
        return target.parent_path() / (std::string(kPartStart) + std::to_string(random()) +
                                       std::to_string(random()) + std::string(kPartEnd));
    }

    fs::path path_;
    Descriptor file_;
    bool exists_;
};

} // namespace

void writeFile(const fs::path& path, std::string_view bytes) {
    struct stat old {};
    const bool exists = ::stat(path.c_str(), &old) == 0;
    if (exists && S_ISDIR(old.st_mode))
        fail(path, "it is a folder");
    const fs::path target = behindLinks(path);
    if (target.empty() || (exists && !S_ISREG(old.st_mode)))
        return writeDirectly(path, bytes);
    // Its folder may let us replace a file that is meant to stay as it is.
    if (exists && ::access(target.c_str(), W_OK) != 0)
        fail(path, reason(errno));

    Temporary file(target);
    if (!file.exists() || (exists && !file.permit(old.st_mode & kPermissions)) || !file.write(bytes) ||
        !file.replace(target))
        fail(path, reason(errno));
    syncFolder(target);
}

bool createFile(const fs::path& path, std::string_view bytes) {
    Temporary file(path);
    if (file.exists() && file.write(bytes) && file.takeName(path)) {
        syncFolder(path);
        return true;
    }
    if (errno != EEXIST)
        fail(path, reason(errno));
    return false;
}

void removeUnfinished(const fs::path& folder, std::chrono::seconds older) {
    std::error_code problem;
    for (fs::directory_iterator entry(folder, problem); !problem && entry != fs::directory_iterator();
         entry.increment(problem)) {
        const std::string name = entry->path().filename().string();
        std::error_code gone; // another may take it away at the same time
        if (name.starts_with(kPartStart) && name.ends_with(kPartEnd) &&
            fs::file_time_type::clock::now() - entry->last_write_time(gone) > older)
            fs::remove(entry->path(), gone);
    }
}

void checkWritable(const fs::path& path) {
    std::error_code problem;
    if (fs::is_directory(path, problem))
        throw Error(pathText(path) + " is a folder, not a file.");
    const fs::path target = behindLinks(path); // as writeFile(): what a link points to is replaced
    const fs::path folder = target.parent_path().empty() ? fs::path(".") : target.parent_path();
    if (!fs::is_directory(folder, problem))
        throw Error(pathText(path) + ": the folder " + pathText(folder) + " does not exist.");
    const bool isThere = fs::exists(target, problem);
    const bool isOrdinary = !isThere || fs::is_regular_file(target, problem);
    if (isThere && ::access(target.c_str(), W_OK) != 0)
        throw Error(pathText(path) + ": you may not write to it; name another file.");
    if (isOrdinary && ::access(folder.c_str(), W_OK) != 0)
        throw Error(pathText(path) + ": nothing may be written to its folder; name another file.");
}

} // namespace scalekv
