#include "tests/io/checkpoint_bytes.h"

#include <zlib.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace checkpoint_bytes {

std::string littleEndian(std::uint64_t value, int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i)
        bytes += static_cast<char>(i < 8 ? value >> 8 * i & 0xFF : 0);
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

std::string zip(const std::vector<Record>& records, bool zip64) {
    const std::string version = littleEndian(45, 2); // of the format: zip64
    const std::uint64_t elsewhere = 0xFFFFFFFF;
    std::string archive;
    std::string directory;
    for (const Record& record : records) {
        const std::uint64_t header = archive.size();
        const auto checksum =
            crc32_z(0, reinterpret_cast<const Bytef*>(record.data.data()), record.data.size());
        const std::uint64_t size = zip64 ? elsewhere : record.data.size();
        const std::string longSizes =
            littleEndian(record.data.size(), 8) + littleEndian(record.data.size(), 8);
        const std::string longOffset = littleEndian(header, 8);
        const auto common = [&](std::size_t extraLength) {
            return version + littleEndian(0, 2) + littleEndian(static_cast<std::uint64_t>(record.method), 2) +
                   littleEndian(0, 4) + littleEndian(checksum, 4) + littleEndian(size, 4) +
                   littleEndian(size, 4) + littleEndian(record.name.size(), 2) + littleEndian(extraLength, 2);
        };
        const auto extra = [&](const std::string& fields) {
            return zip64 ? littleEndian(1, 2) + littleEndian(fields.size(), 2) + fields : "";
        };
        const std::string localExtra = extra(longSizes);
        const std::string entryExtra = extra(longSizes + longOffset);
        archive += "PK\x03\x04" + common(localExtra.size()) + record.name + localExtra + record.data;
        directory += "PK\x01\x02" + version + common(entryExtra.size()) + littleEndian(0, 10) +
                     littleEndian(zip64 ? elsewhere : header, 4) + record.name + entryExtra;
    }
    const std::uint64_t start = archive.size();
    archive += directory;
    if (zip64) {
        const std::uint64_t end = archive.size();
        archive += "PK\x06\x06" + littleEndian(44, 8) + version + version + littleEndian(0, 8) +
                   littleEndian(records.size(), 8) + littleEndian(records.size(), 8) +
                   littleEndian(directory.size(), 8) + littleEndian(start, 8);
        archive += "PK\x06\x07" + littleEndian(0, 4) + littleEndian(end, 8) + littleEndian(1, 4);
    }
    const std::uint64_t count = zip64 ? 0xFFFF : records.size();
    return archive + "PK\x05\x06" + littleEndian(0, 4) + littleEndian(count, 2) + littleEndian(count, 2) +
           littleEndian(zip64 ? elsewhere : directory.size(), 4) +
           littleEndian(zip64 ? elsewhere : start, 4) + littleEndian(0, 2);
}

std::string torchFile(const std::string& pickle, const std::string& storage, bool zip64) {
    return zip({{"a/data.pkl", pickle}, {"a/byteorder", "little"}, {"a/data/0", storage}}, zip64);
}

std::string legacyStorage(const std::string& type, const std::string& key, std::int64_t elements,
                          const std::string& view) {
    return tuple(
               {text("storage"), global("torch", type), text(key), text("cuda:0"), number(elements), view}) +
           "Q";
}

std::string legacyFile(const std::string& content, const std::vector<std::string>& keys,
                       const std::string& storages) {
    const std::string magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
    std::string list = "](";
    for (const std::string& key : keys)
        list += text(key);
    return magic + std::string("\x80\x02M\xe9\x03.", 6) + pickle(dict({{"little_endian", "\x88"}})) +
           content + pickle(list + "e") + storages;
}

std::string legacyNumbers(std::uint64_t elements, const std::string& bytes) {
    return littleEndian(elements, 8) + bytes;
}

void write(const std::filesystem::path& path, const std::string& content) {
    // Some file systems write a file to the disk at once when it is cut to nothing and filled again, which
    // makes thousands of rewrites slow; a new file is not.
    std::filesystem::remove(path);
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
