#include "engine/io/file_text.h"

#include "engine/io/mapped_file.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

namespace scalekv {

std::string fileText(const std::filesystem::path& file) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 30;
    const auto mapped = MappedFile::open(file);
    if (mapped->size() > kMost)
        throw Error(pathText(file) + ": is too large.");
    const auto bytes = mapped->bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace scalekv
