#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// A restricted reader of Python pickles: it builds a tree of plain values and never runs anything. The only
/// names a pickle may use are those with which PyTorch writes tensors.
namespace scalekv::pickle {

/// Index of a value in its Tree. Values refer to each other by index, so that a pickle which contains itself
/// can neither leak nor be destroyed recursively.
using Ref = std::uint32_t;

struct None {};
struct Tuple {
    std::vector<Ref> items;
};
struct List {
    std::vector<Ref> items;
};
struct Dict {
    std::vector<std::pair<Ref, Ref>> items;
};
/// Something the pickle may call.
enum class Function { OrderedDict, RebuildTensor, RebuildParameter, Size };
/// A class like torch.FloatStorage.
struct StorageType {
    std::string name;
};
/// Numbers in a record of their own, that tensors look into.
struct Storage {
    std::string type; ///< "FloatStorage"
    std::string key;  ///< name of the record
    std::int64_t elements = 0;
};
/// All fields as the pickle says them; nothing is checked against the storage.
struct Tensor {
    Ref storage = 0;
    std::int64_t offset = 0;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;
};

using Value = std::variant<None, bool, std::int64_t, double, std::string, Tuple, List, Dict, Function,
                           StorageType, Storage, Tensor>;

struct Tree {
    std::vector<Value> nodes;
    Ref root = 0;
    const Value& operator[](Ref ref) const { return nodes[ref]; }
};

/// Reads protocol 2 to 5. `what` names the pickle in messages. Throws Error where the pickle is broken, too
/// large, or asks for anything but tensors, numbers, strings and containers.
Tree read(std::span<const std::byte> bytes, const std::string& what);

/// The same for a pickle that other bytes follow: takes it off the front of `bytes`.
Tree readFront(std::span<const std::byte>& bytes, const std::string& what);

} // namespace scalekv::pickle
