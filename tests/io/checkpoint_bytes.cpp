#include "tests/io/checkpoint_bytes.h"

#include <zip.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace checkpoint_bytes {

std::string littleEndian(std::uint64_t value, int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i)
        bytes += static_cast<char>(value >> 8 * i & 0xFF);
    return bytes;
}

std::string safetensors(const std::string& header, const std::string& data) {
    return littleEndian(header.size(), 8) + header + data;
}

std::string text(const std::string& value) {
    return "X" + littleEndian(value.size(), 4) + value;
}

std::string number(std::int64_t value) {
    return "\x8a\x08" + littleEndian(static_cast<std::uint64_t>(value), 8);
}

std::string global(const std::string& module, const std::string& name) {
    return "c" + module + "\n" + name + "\n";
}

std::string tuple(const std::vector<std::string>& items) {
    std::string bytes = "(";
    for (const std::string& item : items)
        bytes += item;
    return bytes + "t";
}

std::string numbers(const std::vector<std::int64_t>& values) {
    std::vector<std::string> items;
    for (const std::int64_t value : values)
        items.push_back(number(value));
    return tuple(items);
}

std::string dict(const std::vector<std::pair<std::string, std::string>>& items) {
    std::string bytes = "}(";
    for (const auto& [key, value] : items)
        bytes += text(key) + value;
    return bytes + "u";
}

std::string storage(const std::string& type, const std::string& key, std::int64_t elements) {
    return tuple({text("storage"), global("torch", type), text(key), text("cpu"), number(elements)}) + "Q";
}

std::string tensor(const std::string& storage, std::int64_t offset, const std::vector<std::int64_t>& shape,
                   const std::vector<std::int64_t>& strides) {
    const std::string hooks = global("collections", "OrderedDict") + ")R";
    return global("torch._utils", "_rebuild_tensor_v2") +
           tuple({storage, number(offset), numbers(shape), numbers(strides), "\x89", hooks}) + "R";
}

std::string pickle(const std::string& value) {
    return "\x80\x02" + value + ".";
}

void writeZip(const std::filesystem::path& path, const std::vector<Record>& records, bool zip64) {
    // Some file systems write a file to the disk at once when it is cut to nothing and filled again, which
    // makes thousands of rewrites slow; a new file is not.
    std::filesystem::remove(path);
    zipFile zip = zipOpen64(path.c_str(), APPEND_STATUS_CREATE);
    bool good = zip != nullptr;
    for (const Record& record : records) {
        const zip_fileinfo info{};
        const int method = record.compressed ? Z_DEFLATED : 0;
        good = good && zipOpenNewFileInZip64(zip, record.name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr,
                                             method, Z_DEFAULT_COMPRESSION, zip64 ? 1 : 0) == ZIP_OK;
        good = good && zipWriteInFileInZip(zip, record.data.data(),
                                           static_cast<unsigned>(record.data.size())) == ZIP_OK;
        good = good && zipCloseFileInZip(zip) == ZIP_OK;
    }
    if (!good || zipClose(zip, nullptr) != ZIP_OK)
        throw std::runtime_error("cannot write " + path.string());
}

void writeTorch(const std::filesystem::path& path, const std::string& pickle, const std::string& storage,
                bool zip64) {
    writeZip(path, {{"a/data.pkl", pickle}, {"a/byteorder", "little"}, {"a/data/0", storage}}, zip64);
}

void write(const std::filesystem::path& path, const std::string& content) {
    std::filesystem::remove(path); // see writeZip()
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!file.flush())
        throw std::runtime_error("cannot write " + path.string());
}

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace checkpoint_bytes
