#include "engine/io/checkpoint.h"

#include "engine/io/checkpoint_folder.h"
#include "engine/io/mapped_file.h"
#include "engine/io/printable.h"
#include "engine/io/safetensors.h"
#include "engine/io/shard_index.h"
#include "engine/io/stored_tensor.h"
#include "engine/io/torch_archive.h"
#include "scalekv/error.h"

#include <ATen/ATen.h>

#include <string_view>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

/// One file, told apart by its first bytes and not by its name: people rename checkpoints.
FileContents readFile(const fs::path& path) {
    const auto file = MappedFile::open(path);
    const std::string_view start(reinterpret_cast<const char*>(file->bytes().data()),
                                 std::min<std::size_t>(file->bytes().size(), 9));
    // A safetensors file opens with 8 bytes of length, whose upper ones are zero, and then a JSON object.
    // This comes first: a length may begin like a pickle does.
    if (start.size() == 9 && start.substr(5, 4) == std::string_view("\0\0\0{", 4))
        return readSafetensors(file);
    if (looksLikeTorchFile(start))
        return readTorchArchive(file);
    if (path.extension() == ".safetensors")
        return readSafetensors(file); // says what is wrong with it
    throw Error(pathText(path) + ": is neither a safetensors file nor a PyTorch checkpoint.");
}

FileContents readShards(const fs::path& indexPath) {
    FileContents all;
    for (const auto& [shard, names] : readShardIndex(indexPath).shards) {
        const fs::path path = indexPath.parent_path() / shard;
        std::error_code ignored;
        if (!fs::exists(path, ignored))
            throw Error(pathText(indexPath) + ": the shard " + printable(shard) +
                        " is missing from its folder.");
        FileContents contents = readFile(path);
        for (const std::string& name : names) {
            auto tensor = contents.tensors.extract(name);
            if (tensor.empty())
                throw Error(pathText(path) + ": tensor " + printable(name) +
                            " is missing, though the index says that this shard holds it.");
            all.tensors.insert(std::move(tensor));
        }
        all.metadata.merge(contents.metadata);
    }
    return all;
}

} // namespace

std::int64_t TensorInfo::elements() const {
    std::int64_t product = 1;
    for (const std::int64_t extent : shape)
        product *= extent;
    return product;
}

std::int64_t TensorInfo::bytes() const {
    return elements() * static_cast<std::int64_t>(c10::elementSize(type));
}

struct Checkpoint::Contents {
    fs::path path;
    std::map<std::string, TensorInfo> infos;
    std::map<std::string, StoredTensor> stored;
    std::map<std::string, at::Tensor> inMemory; ///< of fromTensors(), instead of `stored`
    std::map<std::string, std::string> metadata;

    const StoredTensor& find(const std::string& name) const {
        const auto found = stored.find(name);
        if (found == stored.end())
            throw Error(pathText(path) + ": tensor " + printable(name) + " is missing.");
        return found->second;
    }
};

Checkpoint Checkpoint::open(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status))
        throw Error(pathText(path) + ": there is no such file or folder.");
    const fs::path file = fs::is_directory(status) ? checkpointInFolder(path) : path;
    FileContents contents = file.extension() == ".json" ? readShards(file) : readFile(file);

    auto opened = std::make_shared<Contents>();
    opened->path = path;
    for (const auto& [name, tensor] : contents.tensors)
        opened->infos.emplace(name, tensor.info);
    opened->stored = std::move(contents.tensors);
    opened->metadata = std::move(contents.metadata);
    Checkpoint checkpoint;
    checkpoint.contents_ = std::move(opened);
    return checkpoint;
}

Checkpoint Checkpoint::fromTensors(std::string label, std::map<std::string, at::Tensor> tensors) {
    auto given = std::make_shared<Contents>();
    given->path = std::move(label);
    for (const auto& [name, tensor] : tensors)
        given->infos.emplace(name, TensorInfo{name, tensor.scalar_type(), tensor.sizes().vec(), given->path});
    given->inMemory = std::move(tensors);
    Checkpoint checkpoint;
    checkpoint.contents_ = std::move(given);
    return checkpoint;
}

const fs::path& Checkpoint::path() const {
    return contents_->path;
}

const std::map<std::string, TensorInfo>& Checkpoint::tensors() const {
    return contents_->infos;
}

bool Checkpoint::contains(const std::string& name) const {
    return contents_->infos.contains(name);
}

at::Tensor Checkpoint::tensor(const std::string& name) const {
    if (const auto given = contents_->inMemory.find(name); given != contents_->inMemory.end())
        return given->second;
    return contents_->find(name).view();
}

void Checkpoint::forget(const std::string& name) const {
    if (contents_->inMemory.contains(name))
        return; // nothing is mapped
    const StoredTensor& tensor = contents_->find(name);
    tensor.file->forget(tensor.offset, tensor.extent());
}

const std::map<std::string, std::string>& Checkpoint::metadata() const {
    return contents_->metadata;
}

Checkpoint Checkpoint::under(const std::string& prefix) const {
    auto part = std::make_shared<Contents>();
    part->path = contents_->path;
    part->metadata = contents_->metadata;
    for (auto entry = contents_->stored.lower_bound(prefix);
         entry != contents_->stored.end() && entry->first.starts_with(prefix); ++entry) {
        StoredTensor tensor = entry->second;
        tensor.info.name = entry->first.substr(prefix.size());
        part->infos.emplace(tensor.info.name, tensor.info);
        part->stored.emplace(tensor.info.name, std::move(tensor));
    }
    for (const auto& [name, tensor] : contents_->inMemory) {
        if (!name.starts_with(prefix))
            continue;
        const std::string inner = name.substr(prefix.size());
        part->infos.emplace(inner, TensorInfo{inner, tensor.scalar_type(), tensor.sizes().vec(), part->path});
        part->inMemory.emplace(inner, tensor);
    }
    Checkpoint checkpoint;
    checkpoint.contents_ = std::move(part);
    return checkpoint;
}

} // namespace scalekv
