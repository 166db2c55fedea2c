#include "engine/io/mapped_file.h"

#include "engine/io/descriptor.h"
#include "engine/io/mapped_ranges.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace scalekv {
MappedFile::MappedFile(std::filesystem::path path) : path_(std::move(path)), name_(pathText(path_)) {}

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path) {
    const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.value() < 0)
        throw Error(pathText(path) + ": cannot be opened (" + std::strerror(errno) + ").");
    struct stat status {};
    if (::fstat(descriptor.value(), &status) != 0)
        throw Error(pathText(path) + ": cannot be read (" + std::strerror(errno) + ").");
    if (!S_ISREG(status.st_mode))
        throw Error(pathText(path) + ": is not an ordinary file.");

    std::shared_ptr<MappedFile> file(new MappedFile(path)); // NOLINT: the constructor is private
    if (status.st_size > 0) {
        const auto size = static_cast<std::size_t>(status.st_size);
        void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.value(), 0);
        if (address == MAP_FAILED)
            throw Error(pathText(path) + ": cannot be mapped into memory (" + std::strerror(errno) + ").");
        file->bytes_ = {static_cast<const std::byte*>(address), size};
        mapped_ranges::add(address, size, file->name_.c_str());
    }
    return file;
}

MappedFile::~MappedFile() {
    if (bytes_.empty())
        return;
    mapped_ranges::remove(bytes_.data());
    ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

void MappedFile::forget(std::uint64_t offset, std::uint64_t length) const {
    if (offset > size() || length > size() - offset)
        return;
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    // The mapping starts on a page, so pages can be counted from its start.
    const std::uint64_t first = (offset + page - 1) / page * page;
    const std::uint64_t last = (offset + length) / page * page;
    if (first < last)
        ::madvise(const_cast<std::byte*>(bytes_.data()) + first, last - first, MADV_DONTNEED);
}

} // namespace scalekv
