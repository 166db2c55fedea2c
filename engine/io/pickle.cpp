#include "engine/io/pickle.h"

#include "engine/io/little_endian.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace scalekv::pickle {
namespace {

// A model of 48 layers needs some 40,000 values; this keeps a hostile pickle below 200 MB of memory.
constexpr std::size_t kMostValues = 2'000'000;
// What is copied from one value to another is short, so that a few bytes cannot ask for gigabytes or hours.
constexpr std::size_t kMostArguments = 7;
constexpr std::size_t kMostDimensions = 16;
constexpr std::size_t kLongestStorageName = 256;
constexpr std::uint8_t kNewestProtocol = 5;
constexpr std::size_t kInt64Bytes = 8;

/// Python's names for the instructions (Lib/pickletools.py).
enum class Op : std::uint8_t {
    Mark = '(',
    Stop = '.',
    Pop = '0',
    PopMark = '1',
    Dup = '2',
    BinFloat = 'G',
    BinInt = 'J',
    BinInt1 = 'K',
    BinInt2 = 'M',
    None = 'N',
    BinPersId = 'Q',
    Reduce = 'R',
    BinString = 'T',
    ShortBinString = 'U',
    BinUnicode = 'X',
    Append = 'a',
    Build = 'b',
    Global = 'c',
    Dict = 'd',
    EmptyDict = '}',
    Appends = 'e',
    BinGet = 'h',
    LongBinGet = 'j',
    List = 'l',
    EmptyList = ']',
    BinPut = 'q',
    LongBinPut = 'r',
    SetItem = 's',
    Tuple = 't',
    EmptyTuple = ')',
    SetItems = 'u',
    BinBytes = 'B',
    ShortBinBytes = 'C',
    Proto = 0x80,
    Tuple1 = 0x85,
    Tuple2 = 0x86,
    Tuple3 = 0x87,
    NewTrue = 0x88,
    NewFalse = 0x89,
    Long1 = 0x8a,
    Long4 = 0x8b,
    ShortBinUnicode = 0x8c,
    BinUnicode8 = 0x8d,
    BinBytes8 = 0x8e,
    StackGlobal = 0x93,
    Memoize = 0x94,
    Frame = 0x95,
};

constexpr std::array<std::string_view, 16> kDtypes = {
    "float32", "float", "float64", "double", "float16", "half", "bfloat16", "int64",
    "long",    "int32", "int",     "int16",  "short",   "int8", "uint8",    "bool"};

/// What a name in a pickle stands for; nothing for any name that is not harmless.
std::optional<Value> resolve(const std::string& module, const std::string& name) {
    if (module == "collections" && name == "OrderedDict")
        return Function::OrderedDict;
    if (module == "torch._utils" && (name == "_rebuild_tensor_v2" || name == "_rebuild_tensor"))
        return Function::RebuildTensor;
    if (module == "torch._utils" && name == "_rebuild_parameter")
        return Function::RebuildParameter;
    if (module == "torch" && name == "Size")
        return Function::Size;
    if (module == "torch" && std::find(kDtypes.begin(), kDtypes.end(), name) != kDtypes.end())
        return "torch." + name;
    if ((module == "torch" || module == "torch.cuda") && name.ends_with("Storage") &&
        name.size() <= kLongestStorageName)
        return StorageType{name};
    return std::nullopt;
}

class Machine {
public:
    Machine(std::span<const std::byte> bytes, const std::string& what) : bytes_(bytes), what_(what) {}

    Tree run() {
        while (step()) {
        }
        if (stack_.size() != 1 || !marks_.empty())
            broken();
        tree_.root = stack_.back();
        return std::move(tree_);
    }

    /// What follows the pickle.
    std::span<const std::byte> rest() const { return bytes_; }

private:
    [[noreturn]] void fail(const std::string& problem) const { throw Error(what_ + ": " + problem + "."); }
    [[noreturn]] void broken() const { fail("the pickle inside is broken (the file is damaged)"); }
    [[noreturn]] void refuse(const std::string& name) const {
        fail("asks to run " + printable(name) + "; only tensors, numbers, strings and containers are read");
    }

    // Reading bytes

    std::span<const std::byte> take(std::uint64_t count) {
        if (count > bytes_.size())
            broken();
        const auto taken = bytes_.first(static_cast<std::size_t>(count));
        bytes_ = bytes_.subspan(static_cast<std::size_t>(count));
        return taken;
    }
    /// Little-endian unsigned number of `count` (up to 8) bytes.
    std::uint64_t number(std::size_t count) { return littleEndian(take(count)); }
    std::string text(std::uint64_t length) {
        const auto taken = take(length);
        return {reinterpret_cast<const char*>(taken.data()), taken.size()};
    }
    std::string line() {
        const auto end = std::find(bytes_.begin(), bytes_.end(), std::byte{'\n'});
        if (end == bytes_.end())
            broken();
        std::string result = text(static_cast<std::uint64_t>(end - bytes_.begin()));
        take(1);
        return result;
    }
    double bigEndianDouble() {
        std::uint64_t bits = 0;
        for (const std::byte byte : take(sizeof bits))
            bits = bits << 8 | std::to_integer<std::uint64_t>(byte);
        return std::bit_cast<double>(bits);
    }
    /// Two's complement, little endian, any length.
    std::int64_t longNumber(std::uint64_t length) {
        if (length > kInt64Bytes)
            fail("holds a number that does not fit 64 bits");
        if (length == 0)
            return 0;
        const auto unused = static_cast<unsigned>(64 - 8 * length);
        return static_cast<std::int64_t>(number(static_cast<std::size_t>(length)) << unused) >> unused;
    }

    // Stack and values

    Ref add(Value value) {
        if (tree_.nodes.size() >= kMostValues)
            fail("holds more than " + std::to_string(kMostValues) + " values, far more than a model does");
        tree_.nodes.push_back(std::move(value));
        return static_cast<Ref>(tree_.nodes.size() - 1);
    }
    void push(Value value) { stack_.push_back(add(std::move(value))); }
    /// How many values lie above the last mark: those an instruction may use.
    std::size_t available() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }
    Ref top() const {
        if (available() == 0)
            broken();
        return stack_.back();
    }
    Ref pop() {
        const Ref ref = top();
        stack_.pop_back();
        return ref;
    }
    std::vector<Ref> popLast(std::size_t count) {
        if (available() < count)
            broken();
        const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
        std::vector<Ref> items(first, stack_.end());
        stack_.erase(first, stack_.end());
        return items;
    }
    std::vector<Ref> popToMark() {
        if (marks_.empty())
            broken();
        std::vector<Ref> items = popLast(available());
        marks_.pop_back();
        return items;
    }
    template <class T>
    T& as(Ref ref) {
        T* value = std::get_if<T>(&tree_.nodes[ref]);
        if (value == nullptr)
            broken();
        return *value;
    }
    void remember(std::uint64_t slot) {
        if (memo_.size() >= kMostValues)
            broken();
        memo_[slot] = top();
    }
    void recall(std::uint64_t slot) {
        const auto found = memo_.find(slot);
        if (found == memo_.end())
            broken();
        stack_.push_back(found->second);
    }

    void setItems(Ref dict, const std::vector<Ref>& items) {
        if (items.size() % 2 != 0)
            broken();
        auto& target = as<Dict>(dict).items;
        for (std::size_t i = 0; i < items.size(); i += 2)
            target.emplace_back(items[i], items[i + 1]);
    }
    void appendItems(Ref list, const std::vector<Ref>& items) {
        auto& target = as<List>(list).items;
        target.insert(target.end(), items.begin(), items.end());
    }

    // Instructions

    /// Runs one instruction; false after the last.
    bool step() {
        const auto op = static_cast<Op>(number(1));
        switch (op) {
        case Op::Stop:
            return false;
        case Op::Proto:
            if (number(1) > kNewestProtocol)
                fail("is written in a newer pickle protocol than this program knows");
            break;
        case Op::Frame:
            take(8);
            break;
        case Op::Mark:
            marks_.push_back(stack_.size());
            break;
        case Op::Pop: // takes a mark where one lies on top
            if (!marks_.empty() && available() == 0)
                marks_.pop_back();
            else
                pop();
            break;
        case Op::PopMark:
            popToMark();
            break;
        case Op::Dup:
            stack_.push_back(top());
            break;
        case Op::None:
            push(None{});
            break;
        case Op::NewTrue:
            push(true);
            break;
        case Op::NewFalse:
            push(false);
            break;
        case Op::BinInt:
            push(std::int64_t{static_cast<std::int32_t>(number(4))});
            break;
        case Op::BinInt1:
            push(static_cast<std::int64_t>(number(1)));
            break;
        case Op::BinInt2:
            push(static_cast<std::int64_t>(number(2)));
            break;
        case Op::Long1:
            push(longNumber(number(1)));
            break;
        case Op::Long4:
            push(longNumber(number(4)));
            break;
        case Op::BinFloat:
            push(bigEndianDouble());
            break;
        case Op::ShortBinUnicode:
        case Op::ShortBinString:
        case Op::ShortBinBytes:
            push(text(number(1)));
            break;
        case Op::BinUnicode:
        case Op::BinString:
        case Op::BinBytes:
            push(text(number(4)));
            break;
        case Op::BinUnicode8:
        case Op::BinBytes8:
            push(text(number(8)));
            break;
        case Op::EmptyTuple:
            push(Tuple{});
            break;
        case Op::Tuple1:
            push(Tuple{popLast(1)});
            break;
        case Op::Tuple2:
            push(Tuple{popLast(2)});
            break;
        case Op::Tuple3:
            push(Tuple{popLast(3)});
            break;
        case Op::Tuple:
            push(Tuple{popToMark()});
            break;
        case Op::EmptyList:
            push(List{});
            break;
        case Op::List:
            push(List{popToMark()});
            break;
        case Op::Append: {
            const std::vector<Ref> item = popLast(1);
            appendItems(top(), item);
            break;
        }
        case Op::Appends: {
            const std::vector<Ref> items = popToMark();
            appendItems(top(), items);
            break;
        }
        case Op::EmptyDict:
            push(Dict{});
            break;
        case Op::Dict: {
            const std::vector<Ref> items = popToMark();
            push(Dict{});
            setItems(top(), items);
            break;
        }
        case Op::SetItem: {
            const std::vector<Ref> item = popLast(2);
            setItems(top(), item);
            break;
        }
        case Op::SetItems: {
            const std::vector<Ref> items = popToMark();
            setItems(top(), items);
            break;
        }
        case Op::BinGet:
            recall(number(1));
            break;
        case Op::LongBinGet:
            recall(number(4));
            break;
        case Op::BinPut:
            remember(number(1));
            break;
        case Op::LongBinPut:
            remember(number(4));
            break;
        case Op::Memoize:
            remember(memo_.size());
            break;
        case Op::Global: {
            const std::string module = line();
            pushGlobal(module, line());
            break;
        }
        case Op::StackGlobal: {
            const std::string name = as<std::string>(pop());
            pushGlobal(as<std::string>(pop()), name);
            break;
        }
        case Op::BinPersId:
            push(storage(pop()));
            break;
        case Op::Reduce: {
            const Ref arguments = pop();
            const Ref function = pop();
            if (as<Tuple>(arguments).items.size() > kMostArguments)
                broken();
            stack_.push_back(call(as<Function>(function), std::vector<Ref>(as<Tuple>(arguments).items)));
            break;
        }
        case Op::Build: // a state_dict's OrderedDict carries notes for Python's loader; its items came before
            pop();
            as<Dict>(top());
            break;
        default:
            fail("uses the pickle instruction " + std::to_string(static_cast<int>(op)) +
                 "; only tensors, numbers, strings and containers are read");
        }
        return true;
    }

    void pushGlobal(const std::string& module, const std::string& name) {
        std::optional<Value> value = resolve(module, name);
        if (!value)
            refuse(module + "." + name);
        push(std::move(*value));
    }

    /// PyTorch's persistent ids: ("storage", type, key, location, elements), before version 1.6 with one
    /// more: None, or for a storage that is part of another something that was never seen in a state dict.
    Value storage(Ref id) {
        const std::vector<Ref>& fields = as<Tuple>(id).items;
        const bool old = fields.size() == 6 && std::holds_alternative<None>(tree_[fields[5]]);
        if ((fields.size() != 5 && !old) || as<std::string>(fields[0]) != "storage")
            broken();
        if (as<std::string>(fields[2]).size() > kLongestStorageName)
            broken();
        return Storage{as<StorageType>(fields[1]).name, as<std::string>(fields[2]),
                       as<std::int64_t>(fields[4])};
    }

    Ref call(Function function, const std::vector<Ref>& arguments) {
        switch (function) {
        case Function::OrderedDict:
            return orderedDict(arguments);
        case Function::RebuildTensor: // storage, offset, shape, strides[, requires_grad, hooks[, metadata]]
            if (arguments.size() < 4 || arguments.size() > 7)
                broken();
            as<Storage>(arguments[0]);
            return add(Tensor{arguments[0], as<std::int64_t>(arguments[1]), numbers(arguments[2]),
                              numbers(arguments[3])});
        case Function::RebuildParameter: // tensor, requires_grad, hooks
            if (arguments.size() != 3)
                broken();
            as<Tensor>(arguments[0]);
            return arguments[0];
        case Function::Size:
            if (arguments.size() != 1)
                broken();
            as<Tuple>(arguments[0]);
            return arguments[0];
        }
        broken();
    }

    /// Python writes it empty and sets the items later, or (protocol 0, some tools) from a list of pairs.
    Ref orderedDict(const std::vector<Ref>& arguments) {
        Dict dict;
        if (arguments.size() > 1)
            broken();
        if (arguments.size() == 1) {
            const std::vector<Ref>& pairs = as<List>(arguments[0]).items;
            copiedPairs_ += pairs.size();
            if (copiedPairs_ > kMostValues)
                broken();
            for (const Ref pair : pairs) {
                const bool isList = std::holds_alternative<List>(tree_[pair]);
                const std::vector<Ref>& items = isList ? as<List>(pair).items : as<Tuple>(pair).items;
                if (items.size() != 2)
                    broken();
                dict.items.emplace_back(items[0], items[1]);
            }
        }
        return add(std::move(dict));
    }

    std::vector<std::int64_t> numbers(Ref tuple) {
        std::vector<std::int64_t> result;
        const std::vector<Ref>& items = as<Tuple>(tuple).items;
        if (items.size() > kMostDimensions)
            fail("holds a tensor of " + std::to_string(items.size()) + " dimensions");
        std::transform(items.begin(), items.end(), std::back_inserter(result),
                       [this](Ref item) { return as<std::int64_t>(item); });
        return result;
    }

    std::span<const std::byte> bytes_; // what is left to read
    const std::string& what_;
    Tree tree_;
    std::vector<Ref> stack_;
    std::vector<std::size_t> marks_; // stack sizes
    std::unordered_map<std::uint64_t, Ref> memo_;
    std::size_t copiedPairs_ = 0;
};

} // namespace

Tree read(std::span<const std::byte> bytes, const std::string& what) {
    return readFront(bytes, what);
}

Tree readFront(std::span<const std::byte>& bytes, const std::string& what) {
    Machine machine(bytes, what);
    Tree tree = machine.run();
    bytes = machine.rest();
    return tree;
}

} // namespace scalekv::pickle
