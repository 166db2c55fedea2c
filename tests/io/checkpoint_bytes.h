#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

/// Checkpoints built byte by byte, so that a test can build the wrong ones too.
namespace checkpoint_bytes {

/// `count` little-endian bytes of `value`.
std::string littleEndian(std::uint64_t value, int count);

/// A safetensors file with this header; the length field says how long it really is.
std::string safetensors(const std::string& header, const std::string& data);

// Pieces of a pickle, protocol 2.
std::string text(const std::string& value);
std::string number(std::int64_t value);
std::string global(const std::string& module, const std::string& name);
std::string tuple(const std::vector<std::string>& items);
std::string numbers(const std::vector<std::int64_t>& values);
std::string dict(const std::vector<std::pair<std::string, std::string>>& items);
std::string storage(const std::string& type, const std::string& key, std::int64_t elements);
std::string tensor(const std::string& storage, std::int64_t offset, const std::vector<std::int64_t>& shape,
                   const std::vector<std::int64_t>& strides);
/// The whole pickle of one value.
std::string pickle(const std::string& value);

struct Record {
    std::string name;
    std::string data;
    int method = 0; ///< 8 says that `data` is deflated
};
/// A zip archive. `zip64`: sizes and offsets stand in the long fields, as in archives of more than 4 GB.
std::string zip(const std::vector<Record>& records, bool zip64 = false);
/// As torch.save lays it out: a pickle, the byte order and one storage "0".
std::string torchFile(const std::string& pickle, const std::string& storage, bool zip64 = false);

/// A persistent id as torch.save wrote it before version 1.6: with one field more, None unless given.
std::string legacyStorage(const std::string& type, const std::string& key, std::int64_t elements,
                          const std::string& view = "N");
/// As torch.save laid it out then: `pickle`, a pickle of the storages' keys, and what follows.
std::string legacyFile(const std::string& pickle, const std::vector<std::string>& keys,
                       const std::string& storages);
/// One of these storages: how many elements, and their bytes.
std::string legacyNumbers(std::uint64_t elements, const std::string& bytes);

void write(const std::filesystem::path& path, const std::string& content);
std::string read(const std::filesystem::path& path);

} // namespace checkpoint_bytes
