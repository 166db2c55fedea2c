#include "engine/io/zip_directory.h"

#include "engine/io/little_endian.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <zlib.h>

#include <algorithm>
#include <initializer_list>

namespace scalekv {
namespace {

// Signatures, sizes of the fixed parts, and places of fields in them (APPNOTE, section 4.3).
constexpr std::uint64_t kLocalHeader = 0x04034b50, kLocalHeaderSize = 30;
constexpr std::uint64_t kEntry = 0x02014b50, kEntrySize = 46;
constexpr std::uint64_t kEnd = 0x06054b50, kEndSize = 22;
constexpr std::uint64_t kEnd64 = 0x06064b50, kEnd64Size = 56;
constexpr std::uint64_t kLocator64 = 0x07064b50, kLocator64Size = 20;
constexpr std::uint64_t kLongestComment = 0xFFFF;
constexpr std::uint64_t kInExtra = 0xFFFFFFFF; ///< stands where the number is in the zip64 extra field
constexpr std::uint64_t kZip64Extra = 1;
constexpr std::uint64_t kEncrypted = 1; ///< bit of the flags

class Parser {
public:
    explicit Parser(const MappedFile& file) : file_(file), bytes_(file.bytes()) {}

    std::map<std::string, ZipRecord> run() {
        findDirectory();
        std::uint64_t at = directory_;
        for (std::uint64_t i = 0; i < entries_; ++i)
            at = readEntry(at);
        if (at != directoryEnd_)
            damaged();
        return std::move(records_);
    }

private:
    [[noreturn]] void fail(const std::string& problem) const {
        throw Error(pathText(file_.path()) + ": " + problem + ".");
    }
    [[noreturn]] void damaged() const { fail("has a damaged zip directory"); }
    [[noreturn]] void incomplete() const {
        fail("is no whole zip archive (the file is incomplete or damaged)");
    }

    /// `length` bytes at `offset`; Error where they are not all there.
    std::span<const std::byte> part(std::uint64_t offset, std::uint64_t length) const {
        if (offset > bytes_.size() || length > bytes_.size() - offset)
            damaged();
        return bytes_.subspan(offset, length);
    }
    std::uint64_t number(std::uint64_t offset, std::uint64_t length) const {
        return littleEndian(part(offset, length));
    }
    std::string text(std::uint64_t offset, std::uint64_t length) const {
        const auto characters = part(offset, length);
        return {reinterpret_cast<const char*>(characters.data()), characters.size()};
    }

    /// The end record is the last thing in the file but for a comment, whose length it tells.
    std::uint64_t findEnd() const {
        const std::uint64_t size = bytes_.size();
        if (size < kEndSize)
            incomplete();
        const std::uint64_t furthest = std::min(size - kEndSize, kLongestComment);
        for (std::uint64_t comment = 0; comment <= furthest; ++comment) {
            const std::uint64_t at = size - kEndSize - comment;
            if (number(at, 4) == kEnd && number(at + 20, 2) == comment)
                return at;
        }
        incomplete();
    }

    void findDirectory() {
        const std::uint64_t end = findEnd();
        entries_ = number(end + 10, 2);
        std::uint64_t size = number(end + 12, 4);
        directory_ = number(end + 16, 4);
        directoryEnd_ = end;
        if (end >= kLocator64Size && number(end - kLocator64Size, 4) == kLocator64) {
            const std::uint64_t end64 = number(end - kLocator64Size + 8, 8);
            if (part(end64, kEnd64Size).empty() || number(end64, 4) != kEnd64)
                damaged();
            entries_ = number(end64 + 32, 8);
            size = number(end64 + 40, 8);
            directory_ = number(end64 + 48, 8);
            directoryEnd_ = end64;
        }
        part(directory_, size);
        if (directory_ + size != directoryEnd_)
            damaged();
    }

    /// Returns where the next entry starts.
    std::uint64_t readEntry(std::uint64_t at) {
        if (number(at, 4) != kEntry)
            damaged();
        const std::uint64_t nameLength = number(at + 28, 2);
        const std::uint64_t extraLength = number(at + 30, 2);
        const std::uint64_t commentLength = number(at + 32, 2);
        const std::string name = text(at + kEntrySize, nameLength);
        if ((number(at + 8, 2) & kEncrypted) != 0)
            fail("is an encrypted zip archive");

        std::uint64_t unpacked = number(at + 24, 4);
        std::uint64_t packed = number(at + 20, 4);
        std::uint64_t header = number(at + 42, 4);
        readLongNumbers(at + kEntrySize + nameLength, extraLength, {&unpacked, &packed, &header});

        ZipRecord record;
        record.size = packed;
        record.checksum = static_cast<std::uint32_t>(number(at + 16, 4));
        record.stored = number(at + 10, 2) == 0;
        record.offset = dataOffset(name, header);
        if (record.stored && packed != unpacked)
            fail("has a damaged record " + printable(name));
        if (record.offset > directory_ || packed > directory_ - record.offset)
            fail("ends inside the record " + printable(name) + " (the file is incomplete)");
        if (!records_.emplace(name, record).second)
            fail("has the record " + printable(name) + " twice");
        return at + kEntrySize + nameLength + extraLength + commentLength;
    }

    /// Those of the three numbers that do not fit 32 bits stand in the zip64 extra field, in this order.
    void readLongNumbers(std::uint64_t at, std::uint64_t length,
                         std::initializer_list<std::uint64_t*> numbers) const {
        constexpr std::uint64_t kFieldHeader = 4; // kind, length
        const std::uint64_t end = at + length;
        while (end - at >= kFieldHeader) {
            const std::uint64_t kind = number(at, 2);
            const std::uint64_t fieldLength = number(at + 2, 2);
            at += kFieldHeader;
            if (fieldLength > end - at)
                damaged();
            if (kind == kZip64Extra) {
                std::uint64_t left = fieldLength;
                for (std::uint64_t* value : numbers) {
                    if (*value != kInExtra)
                        continue;
                    if (left < sizeof(std::uint64_t))
                        damaged();
                    *value = number(at + fieldLength - left, sizeof(std::uint64_t));
                    left -= sizeof(std::uint64_t);
                }
                return;
            }
            at += fieldLength;
        }
    }

    /// Where a record's data starts: after its local header, which repeats the name and has an extra field of
    /// its own (torch.save pads with it).
    std::uint64_t dataOffset(const std::string& name, std::uint64_t header) const {
        if (header > directory_ || directory_ - header < kLocalHeaderSize ||
            number(header, 4) != kLocalHeader)
            fail("has a damaged record " + printable(name));
        const std::uint64_t nameLength = number(header + 26, 2);
        if (nameLength != name.size() || text(header + kLocalHeaderSize, nameLength) != name)
            fail("has a damaged record " + printable(name));
        return header + kLocalHeaderSize + nameLength + number(header + 28, 2);
    }

    const MappedFile& file_;
    std::span<const std::byte> bytes_;
    std::uint64_t entries_ = 0;
    std::uint64_t directory_ = 0;
    std::uint64_t directoryEnd_ = 0;
    std::map<std::string, ZipRecord> records_;
};

} // namespace

ZipDirectory::ZipDirectory(const std::shared_ptr<const MappedFile>& file)
    : file_(file), records_(Parser(*file).run()) {}

std::string ZipDirectory::read(const std::string& name, std::uint64_t limit) const {
    const auto fail = [&](const std::string& problem) {
        throw Error(pathText(file_->path()) + ": has a record " + printable(name) + " that " + problem + ".");
    };
    const ZipRecord& record = records_.at(name);
    if (record.size > limit)
        fail("has " + std::to_string(record.size) + " bytes, where at most " + std::to_string(limit) +
             " are sensible");
    if (!record.stored)
        fail("is compressed, which torch.save never does");
    const auto content = file_->bytes().subspan(record.offset, record.size);
    const auto* data = reinterpret_cast<const char*>(content.data());
    if (crc32_z(0, reinterpret_cast<const Bytef*>(data), content.size()) != record.checksum)
        fail("is damaged (its checksum is wrong)");
    return {data, content.size()};
}

} // namespace scalekv
