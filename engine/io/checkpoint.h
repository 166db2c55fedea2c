#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace scalekv {

/// One tensor of a checkpoint, as its file describes it.
struct TensorInfo {
    std::string name;
    at::ScalarType type = at::kFloat;
    std::vector<std::int64_t> shape;
    std::filesystem::path file; ///< the shard that holds it
    std::int64_t elements() const;
    std::int64_t bytes() const;
};

/// A memory-mapped set of named tensors: a zip `.pth` / `.pt` / `.bin`, a `.safetensors`, a `*.index.json`
/// with its shards, or a folder that holds one of these. Copies share the mapping. Names of nested
/// dictionaries are joined with '.'.
class Checkpoint {
public:
    /// Reads headers only. Throws Error, one sentence that names the file (and tensor).
    static Checkpoint open(const std::filesystem::path& path);

    /// Tensors that are in memory already, under a name for messages.
    static Checkpoint fromTensors(std::string label, std::map<std::string, at::Tensor> tensors);

    const std::filesystem::path& path() const;
    /// Sorted by name.
    const std::map<std::string, TensorInfo>& tensors() const;
    bool contains(const std::string& name) const;

    /// A tensor that lies in the mapped file and keeps it mapped. Read only: writing to it ends the program.
    /// Copied only where the file has it misaligned for its type. Throws Error when there is none of that
    /// name.
    at::Tensor tensor(const std::string& name) const;

    /// Gives the memory of a tensor's whole pages back to the system; views of it read the file again when
    /// next touched. For use after a copy was made.
    void forget(const std::string& name) const;

    /// String metadata of safetensors; numbers and strings beside the tensors of a pickle (as text).
    const std::map<std::string, std::string>& metadata() const;

    /// The tensors whose names start with `prefix`, with the prefix taken off.
    Checkpoint under(const std::string& prefix) const;

private:
    struct Contents;
    std::shared_ptr<const Contents> contents_;
};

} // namespace scalekv
