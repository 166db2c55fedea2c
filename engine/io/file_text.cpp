#include "engine/io/file_text.h"

#include "engine/io/mapped_file.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

namespace scalekv {

std::string fileText(const std::filesystem::path& file, std::uint64_t most) {
    const auto mapped = MappedFile::open(file);
    if (mapped->size() > most)
        throw Error(pathText(file) + ": is too large.");
    const auto bytes = mapped->bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace scalekv
