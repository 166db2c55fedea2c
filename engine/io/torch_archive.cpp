#include "engine/io/torch_archive.h"

#include "engine/io/pickle.h"
#include "engine/io/printable.h"
#include "engine/io/tensor_tree.h"
#include "engine/io/torch_legacy.h"
#include "engine/io/zip_directory.h"
#include "scalekv/error.h"

namespace scalekv {
namespace {

constexpr std::string_view kZipStart = "PK\x03\x04";
constexpr char kPickleStart = '\x80'; // the PROTO instruction

constexpr std::string_view kPickleName = "data.pkl";
constexpr std::uint64_t kLargestPickle = std::uint64_t{16} << 20; // 48 layers need some 300 KB
constexpr std::uint64_t kLargestNote = 64;

/// The folder (with '/') inside the archive that holds data.pkl.
std::string archivePrefix(const ZipDirectory& zip, const std::string& file) {
    std::vector<std::string> prefixes;
    for (const auto& [name, record] : zip.records())
        if (name == kPickleName || name.ends_with("/" + std::string(kPickleName)))
            prefixes.push_back(name.substr(0, name.size() - kPickleName.size()));
    if (prefixes.empty())
        throw Error(file + ": is a zip archive, but no PyTorch checkpoint (it has no data.pkl).");
    if (prefixes.size() > 1)
        throw Error(file + ": has more than one data.pkl.");
    return prefixes.front();
}

} // namespace

bool looksLikeTorchFile(std::string_view start) {
    return start.starts_with(kZipStart) || start.starts_with(kPickleStart);
}

FileContents readTorchArchive(const std::shared_ptr<const MappedFile>& file) {
    const std::string what = pathText(file->path());
    const std::string_view content(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
    if (isLegacyTorchFile(content))
        return readLegacyTorchFile(file);
    if (content.starts_with(kPickleStart))
        throw Error(what + ": is a bare pickle and no PyTorch checkpoint.");

    const ZipDirectory zip(file);
    const std::string prefix = archivePrefix(zip, what);
    if (zip.records().contains(prefix + "byteorder") &&
        zip.read(prefix + "byteorder", kLargestNote) != "little")
        throw Error(what + ": was written on a big-endian machine, which cannot be mapped here.");
    const std::string text = zip.read(prefix + std::string(kPickleName), kLargestPickle);
    const pickle::Tree tree = pickle::read(std::as_bytes(std::span(text)), what);
    return tensorsOf(file, tree, [&](const pickle::Storage& storage) -> StorageBytes {
        const auto found = zip.records().find(prefix + "data/" + storage.key);
        if (found == zip.records().end())
            return {0, 0, "has no data in the file (record data/" + printable(storage.key) + " is missing)"};
        if (!found->second.stored)
            return {0, 0, "is compressed; only archives as torch.save writes them can be mapped"};
        return {found->second.offset, found->second.size};
    });
}

} // namespace scalekv
