#include "engine/io/zip_directory.h"

#include "engine/error.h"
#include "engine/io/quote.h"

#include <unzip.h>

#include <algorithm>
#include <cstring>

namespace scalekv {
namespace {

constexpr std::uint64_t kLongestRecordName = 1024;
constexpr std::uint64_t kEncrypted = 1; // bit of a record's flags

/// What minizip reads from instead of a file.
struct Cursor {
    std::span<const std::byte> bytes;
    std::uint64_t position = 0;
};

Cursor* cursor(voidpf stream) {
    return static_cast<Cursor*>(stream);
}

extern "C" {
static voidpf cursorOpen(voidpf opaque, const void*, int) {
    return opaque;
}
static uLong cursorRead(voidpf, voidpf stream, void* buffer, uLong size) {
    Cursor* from = cursor(stream);
    const std::uint64_t count = std::min<std::uint64_t>(size, from->bytes.size() - from->position);
    if (count > 0)
        std::memcpy(buffer, from->bytes.data() + from->position, count);
    from->position += count;
    return count;
}
static uLong cursorWrite(voidpf, voidpf, const void*, uLong) {
    return 0;
}
static ZPOS64_T cursorTell(voidpf, voidpf stream) {
    return cursor(stream)->position;
}
static long cursorSeek(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
    Cursor* from = cursor(stream);
    const std::uint64_t base = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                               : origin == ZLIB_FILEFUNC_SEEK_CUR ? from->position
                                                                  : from->bytes.size();
    std::uint64_t target = 0;
    if (__builtin_add_overflow(base, offset, &target) || target > from->bytes.size())
        return -1;
    from->position = target;
    return 0;
}
static int cursorClose(voidpf, voidpf) {
    return 0;
}
static int cursorError(voidpf, voidpf) {
    return 0;
}
}

/// minizip's handle on the archive.
class Archive {
public:
    explicit Archive(const MappedFile& file) : file_(file), cursor_{file.bytes()} {
        zlib_filefunc64_def functions{};
        functions.zopen64_file = cursorOpen;
        functions.zread_file = cursorRead;
        functions.zwrite_file = cursorWrite;
        functions.ztell64_file = cursorTell;
        functions.zseek64_file = cursorSeek;
        functions.zclose_file = cursorClose;
        functions.zerror_file = cursorError;
        functions.opaque = &cursor_;
        handle_ = unzOpen2_64("", &functions);
        if (handle_ == nullptr)
            fail("is no whole zip archive (the file is incomplete or damaged)");
    }
    ~Archive() { unzClose(handle_); }
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    unzFile handle() const { return handle_; }
    [[noreturn]] void fail(const std::string& problem) const {
        throw Error(fileName(file_.path()) + ": " + problem + ".");
    }
    [[noreturn]] void damaged() const { fail("has a damaged zip directory"); }

private:
    const MappedFile& file_;
    Cursor cursor_;
    unzFile handle_ = nullptr;
};

} // namespace

ZipDirectory::ZipDirectory(const std::shared_ptr<const MappedFile>& file) : file_(file) {
    const Archive archive(*file);
    int state = unzGoToFirstFile(archive.handle());
    for (; state == UNZ_OK; state = unzGoToNextFile(archive.handle())) {
        std::string name(kLongestRecordName, '\0');
        unz_file_info64 info{};
        if (unzGetCurrentFileInfo64(archive.handle(), &info, name.data(), name.size(), nullptr, 0, nullptr,
                                    0) != UNZ_OK)
            archive.damaged();
        if (info.size_filename >= kLongestRecordName)
            archive.fail("has a record with a name of " + std::to_string(info.size_filename) + " characters");
        name.resize(info.size_filename);
        if ((info.flag & kEncrypted) != 0)
            archive.fail("is an encrypted zip archive");

        // Opened raw: nothing is read but the local header, which says where the data starts.
        int method = 0;
        if (unzOpenCurrentFile2(archive.handle(), &method, nullptr, 1) != UNZ_OK)
            archive.fail("has a damaged record " + printable(name));
        const ZipRecord record{unzGetCurrentFileZStreamPos64(archive.handle()), info.uncompressed_size,
                               info.compression_method == 0};
        unzCloseCurrentFile(archive.handle());

        if (record.offset > file->size() || info.compressed_size > file->size() - record.offset)
            archive.fail("ends inside the record " + printable(name) + " (the file is incomplete)");
        if (record.stored && info.compressed_size != info.uncompressed_size)
            archive.fail("has a damaged record " + printable(name));
        if (!records_.emplace(name, record).second)
            archive.fail("has the record " + printable(name) + " twice");
    }
    if (state != UNZ_END_OF_LIST_OF_FILE)
        archive.damaged();
}

std::string ZipDirectory::read(const std::string& name, std::uint64_t limit) const {
    const Archive archive(*file_);
    const ZipRecord& record = records_.at(name);
    if (record.size > limit)
        archive.fail("has a record " + printable(name) + " of " + std::to_string(record.size) +
                     " bytes, where at most " + std::to_string(limit) + " are sensible");
    constexpr int kCaseSensitive = 1;
    std::string content(record.size, '\0');
    if (unzLocateFile(archive.handle(), name.c_str(), kCaseSensitive) != UNZ_OK ||
        unzOpenCurrentFile(archive.handle()) != UNZ_OK)
        archive.fail("has a damaged record " + printable(name));
    const int count =
        unzReadCurrentFile(archive.handle(), content.data(), static_cast<unsigned>(content.size()));
    const bool intact = unzCloseCurrentFile(archive.handle()) == UNZ_OK; // compares the checksum
    if (count < 0 || static_cast<std::uint64_t>(count) != record.size || !intact)
        archive.fail("has a damaged record " + printable(name));
    return content;
}

} // namespace scalekv
