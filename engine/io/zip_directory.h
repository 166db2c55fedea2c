#pragma once

#include "engine/io/mapped_file.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace scalekv {

/// One record of a zip archive.
struct ZipRecord {
    std::uint64_t offset = 0; ///< of its data in the file
    std::uint64_t size = 0;   ///< bytes in the file
    std::uint32_t checksum = 0;
    bool stored = false; ///< not compressed: the data lies in the file as it is
};

/// Where the records of a mapped zip archive lie (zip64 too: checkpoints pass 4 GB). Reads the directory and
/// the records' local headers but no data, so it takes milliseconds whatever the size. Written by hand
/// (PKWARE's APPNOTE 6.3) because no library at hand tells where stored data lies in a large archive:
/// Debian's minizip 1.1 misreads zip64 sizes and offsets on 64-bit systems, libzip tells no offsets, and
/// LibTorch's PyTorchStreamReader hides whether a record is compressed.
class ZipDirectory {
public:
    /// Throws Error for anything that is no whole zip archive.
    explicit ZipDirectory(const std::shared_ptr<const MappedFile>& file);

    const std::map<std::string, ZipRecord>& records() const { return records_; }

    /// The content of a small stored record, its checksum compared. Throws Error when it is longer than
    /// `limit` bytes, compressed or damaged.
    std::string read(const std::string& name, std::uint64_t limit) const;

private:
    std::shared_ptr<const MappedFile> file_;
    std::map<std::string, ZipRecord> records_;
};

} // namespace scalekv
