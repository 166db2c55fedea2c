#include "engine/io/tensor_tree.h"

#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace scalekv {
namespace {

constexpr int kDeepestNesting = 64;
constexpr std::size_t kMostEntries = 1'000'000;
constexpr std::size_t kMostText = std::size_t{64} << 20;
// A tensor may repeat stored numbers (stride 0), but not make a few bytes look like terabytes.
constexpr std::int64_t kMostRepeated = std::int64_t{1} << 24;

struct StorageName {
    std::string_view name;
    at::ScalarType type;
};
constexpr std::array kStorages = {
    StorageName{"FloatStorage", at::kFloat}, StorageName{"BFloat16Storage", at::kBFloat16},
    StorageName{"HalfStorage", at::kHalf},   StorageName{"DoubleStorage", at::kDouble},
    StorageName{"LongStorage", at::kLong},   StorageName{"IntStorage", at::kInt},
    StorageName{"ShortStorage", at::kShort}, StorageName{"CharStorage", at::kChar},
    StorageName{"ByteStorage", at::kByte},   StorageName{"BoolStorage", at::kBool},
};

/// Walks the value tree of a pickle and gives every leaf a name.
class Flattener {
public:
    Flattener(const std::shared_ptr<const MappedFile>& file, const pickle::Tree& tree,
              const StorageFinder& find)
        : file_(file), tree_(tree), find_(find) {}

    FileContents run() {
        visit("", tree_.root, 0);
        return std::move(contents_);
    }

private:
    [[noreturn]] void fail(const std::string& problem) const {
        throw Error(pathText(file_->path()) + ": " + problem + ".");
    }
    [[noreturn]] void fail(const std::string& tensor, const std::string& problem) const {
        fail("tensor " + printable(tensor) + " " + problem);
    }

    // Containers may be shared or contain themselves, so depth, entries and text are all counted.
    void visit(const std::string& name, pickle::Ref ref, int depth) {
        spend(name.size());
        if (depth > kDeepestNesting)
            fail("nests its containers too deeply at " + printable(name));
        const auto child = [&](const std::string& key) { return name.empty() ? key : name + "." + key; };
        const pickle::Value& value = tree_[ref];
        if (const auto* dict = std::get_if<pickle::Dict>(&value)) {
            for (const auto& [key, item] : dict->items)
                visit(child(keyText(name, key)), item, depth + 1);
        } else if (const auto* list = std::get_if<pickle::List>(&value)) {
            visitItems(child, list->items, depth);
        } else if (const auto* tuple = std::get_if<pickle::Tuple>(&value)) {
            visitItems(child, tuple->items, depth);
        } else if (const auto* tensor = std::get_if<pickle::Tensor>(&value)) {
            addTensor(name.empty() ? "tensor" : name, *tensor);
        } else {
            addNote(name, value);
        }
    }

    template <class Child>
    void visitItems(const Child& child, const std::vector<pickle::Ref>& items, int depth) {
        for (std::size_t i = 0; i < items.size(); ++i)
            visit(child(std::to_string(i)), items[i], depth + 1);
    }

    void spend(std::size_t text) {
        text_ += text;
        if (++entries_ > kMostEntries || text_ > kMostText)
            fail("holds far more entries than a model has");
    }

    std::string keyText(const std::string& name, pickle::Ref key) const {
        if (const auto* text = std::get_if<std::string>(&tree_[key]))
            return *text;
        if (const auto* number = std::get_if<std::int64_t>(&tree_[key]))
            return std::to_string(*number);
        fail("has a key in " + (name.empty() ? "its dictionary" : printable(name)) + " that is no text");
    }

    /// Numbers and text beside the tensors.
    void addNote(const std::string& name, const pickle::Value& value) {
        std::string text;
        if (const auto* string = std::get_if<std::string>(&value))
            text = *string;
        else if (const auto* integer = std::get_if<std::int64_t>(&value))
            text = std::to_string(*integer);
        else if (const auto* flag = std::get_if<bool>(&value))
            text = *flag ? "true" : "false";
        else if (const auto* number = std::get_if<double>(&value))
            text = shortest(*number);
        else
            return; // None, or a class that nothing was made of
        spend(text.size());
        contents_.metadata[name] = std::move(text);
    }

    static std::string shortest(double number) {
        std::array<char, 32> buffer{};
        const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
        return {buffer.data(), end};
    }

    void addTensor(const std::string& name, const pickle::Tensor& tensor) {
        const auto& storage = std::get<pickle::Storage>(tree_[tensor.storage]);
        const std::optional<at::ScalarType> type = storageType(storage.type);
        if (!type)
            fail(name, "lies in a torch." + printable(storage.type) + ", a type that is not supported");
        const auto size = static_cast<std::int64_t>(c10::elementSize(*type));
        const std::uint64_t start = startOf(name, storage, size);

        const std::optional<std::int64_t> elements = checkedElements(tensor.shape, size);
        if (!elements || tensor.strides.size() != tensor.shape.size())
            fail(name, "has an impossible shape");
        const std::int64_t last = lastElement(name, tensor, *elements);
        if (last >= storage.elements)
            fail(name, "of shape " + shapeText(tensor.shape) + " reaches past the " +
                           std::to_string(storage.elements) + " numbers of its storage");
        if (*elements > std::max(storage.elements, kMostRepeated))
            fail(name, "of shape " + shapeText(tensor.shape) + " repeats the " +
                           std::to_string(storage.elements) + " numbers of its storage");

        StoredTensor stored;
        stored.info = {name, *type, tensor.shape, file_->path()};
        stored.file = file_;
        stored.offset = start + (*elements == 0 ? 0 : static_cast<std::uint64_t>(tensor.offset * size));
        stored.strides = tensor.strides;
        if (!contents_.tensors.emplace(name, std::move(stored)).second)
            fail(name, "is there twice");
    }

    /// Where the storage's first number lies in the file.
    std::uint64_t startOf(const std::string& name, const pickle::Storage& storage,
                          std::int64_t elementSize) const {
        const StorageBytes found = find_(storage);
        if (!found.problem.empty())
            fail(name, found.problem);
        std::int64_t bytes = 0;
        if (storage.elements < 0 || __builtin_mul_overflow(storage.elements, elementSize, &bytes) ||
            static_cast<std::uint64_t>(bytes) > found.size)
            fail(name, "claims a storage of " + std::to_string(storage.elements) +
                           " numbers where the file has " + std::to_string(found.size) + " bytes");
        return found.offset;
    }

    /// Index of the tensor's last element in its storage, −1 when it has none.
    std::int64_t lastElement(const std::string& name, const pickle::Tensor& tensor,
                             std::int64_t elements) const {
        if (elements == 0)
            return -1;
        std::int64_t last = tensor.offset;
        bool wrong = tensor.offset < 0;
        for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
            std::int64_t step = 0;
            wrong = wrong || tensor.strides[i] < 0 ||
                    __builtin_mul_overflow(tensor.shape[i] - 1, tensor.strides[i], &step) ||
                    __builtin_add_overflow(last, step, &last);
        }
        if (wrong)
            fail(name, "has an impossible offset or stride");
        return last;
    }

    const std::shared_ptr<const MappedFile>& file_;
    const pickle::Tree& tree_;
    const StorageFinder& find_;
    FileContents contents_;
    std::size_t entries_ = 0;
    std::size_t text_ = 0;
};

} // namespace

std::optional<at::ScalarType> storageType(std::string_view name) {
    const auto* found = std::find_if(kStorages.begin(), kStorages.end(),
                                     [name](const StorageName& storage) { return storage.name == name; });
    return found == kStorages.end() ? std::nullopt : std::optional(found->type);
}

FileContents tensorsOf(const std::shared_ptr<const MappedFile>& file, const pickle::Tree& tree,
                       const StorageFinder& find) {
    return Flattener(file, tree, find).run();
}

} // namespace scalekv
