#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace scalekv {

/// A whole file mapped read-only into memory. While it is, the file must keep its bytes: see bus_error.h.
/// at::MapAllocator was no choice here: it maps private files
/// writable (a stray write would silently copy pages) and cannot hold an empty file.
class MappedFile {
public:
    /// Throws Error when the file cannot be opened, is no ordinary file, or cannot be mapped.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::span<const std::byte> bytes() const { return bytes_; }
    std::uint64_t size() const { return bytes_.size(); }

    /// Gives the memory of the whole pages inside `[offset, offset + length)` back to the system; they are
    /// read from the file again when next touched.
    void forget(std::uint64_t offset, std::uint64_t length) const;

private:
    explicit MappedFile(std::filesystem::path path);

    std::filesystem::path path_;
    std::string name_; ///< for messages
    std::span<const std::byte> bytes_;
};

} // namespace scalekv
