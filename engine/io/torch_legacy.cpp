#include "engine/io/torch_legacy.h"

#include "engine/io/little_endian.h"
#include "engine/io/pickle.h"
#include "engine/io/printable.h"
#include "engine/io/tensor_tree.h"
#include "scalekv/error.h"

#include <map>
#include <string>

namespace scalekv {
namespace {

// A pickle of the magic number 0x1950a86a20f9469cfc6c, and one of the version, 1001.
constexpr std::string_view kMagic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
constexpr std::string_view kVersion("\x80\x02M\xe9\x03.", 6);

class Reader {
public:
    explicit Reader(const std::shared_ptr<const MappedFile>& file)
        : file_(file), what_(pathText(file->path())), rest_(file->bytes()) {}

    FileContents run() {
        rest_ = rest_.subspan(kMagic.size());
        const std::string_view version(reinterpret_cast<const char*>(rest_.data()), rest_.size());
        if (!version.starts_with(kVersion))
            fail("is in a form of PyTorch's that is not known");
        rest_ = rest_.subspan(kVersion.size());
        checkMachine(pickle::readFront(rest_, what_));
        const pickle::Tree tree = pickle::readFront(rest_, what_);
        findStorages(tree, pickle::readFront(rest_, what_));
        return tensorsOf(file_, tree, [this](const pickle::Storage& storage) -> StorageBytes {
            const auto found = storages_.find(storage.key);
            if (found == storages_.end())
                return {0, 0, "has no data in the file (storage " + printable(storage.key) + " is missing)"};
            return found->second;
        });
    }

private:
    [[noreturn]] void fail(const std::string& problem) const { throw Error(what_ + ": " + problem + "."); }
    [[noreturn]] void broken() const { fail("the pickle inside is broken (the file is damaged)"); }

    void checkMachine(const pickle::Tree& tree) const {
        const auto* notes = std::get_if<pickle::Dict>(&tree[tree.root]);
        if (notes == nullptr)
            broken();
        for (const auto& [key, value] : notes->items) {
            const auto* name = std::get_if<std::string>(&tree[key]);
            const auto* little = std::get_if<bool>(&tree[value]);
            if (name != nullptr && *name == "little_endian" && little != nullptr && !*little)
                fail("was written on a big-endian machine, which cannot be mapped here");
        }
    }

    /// Keys stand in the order of the storages; what type a storage has, only those tensors say that use it.
    void findStorages(const pickle::Tree& tree, const pickle::Tree& keys) {
        std::map<std::string, std::string> types;
        for (const pickle::Value& value : tree.nodes)
            if (const auto* storage = std::get_if<pickle::Storage>(&value);
                storage != nullptr &&
                types.emplace(storage->key, storage->type).first->second != storage->type)
                broken();
        const auto* list = std::get_if<pickle::List>(&keys[keys.root]);
        if (list == nullptr)
            broken();
        for (const pickle::Ref ref : list->items) {
            const auto* key = std::get_if<std::string>(&keys[ref]);
            const auto type = key == nullptr ? types.end() : types.find(*key);
            if (type == types.end())
                broken();
            const std::optional<at::ScalarType> numbers = storageType(type->second);
            if (!numbers)
                fail("holds a torch." + printable(type->second) + ", a type that is not supported");
            storages_[*key] = takeStorage(c10::elementSize(*numbers));
        }
    }

    StorageBytes takeStorage(std::uint64_t elementSize) {
        constexpr std::size_t kLength = 8;
        if (rest_.size() < kLength)
            fail("is truncated");
        const std::uint64_t elements = littleEndian(rest_.first(kLength));
        rest_ = rest_.subspan(kLength);
        if (elements > rest_.size() / elementSize)
            fail("is truncated");
        StorageBytes found{std::uint64_t(rest_.data() - file_->bytes().data()), elements * elementSize};
        rest_ = rest_.subspan(std::size_t(found.size));
        return found;
    }

    const std::shared_ptr<const MappedFile>& file_;
    std::string what_;
    std::span<const std::byte> rest_; ///< what is left to read
    std::map<std::string, StorageBytes> storages_;
};

} // namespace

bool isLegacyTorchFile(std::string_view content) {
    return content.starts_with(kMagic);
}

FileContents readLegacyTorchFile(const std::shared_ptr<const MappedFile>& file) {
    return Reader(file).run();
}

} // namespace scalekv
