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
    std::uint64_t size = 0;   ///< bytes once unpacked
    bool stored = false;      ///< not compressed: the data lies in the file as it is
};

/// Where the records of a mapped zip archive (zip64 too) lie. Reads the directory and the records' local
/// headers, no data, so it takes milliseconds whatever the size.
class ZipDirectory {
public:
    /// Throws Error for anything that is no whole zip archive.
    explicit ZipDirectory(const std::shared_ptr<const MappedFile>& file);

    const std::map<std::string, ZipRecord>& records() const { return records_; }

    /// The content of a small record, unpacked and its checksum compared. Throws Error when it is longer than
    /// `limit` bytes or damaged.
    std::string read(const std::string& name, std::uint64_t limit) const;

private:
    std::shared_ptr<const MappedFile> file_;
    std::map<std::string, ZipRecord> records_;
};

} // namespace scalekv
