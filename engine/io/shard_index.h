#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace scalekv {

/// A Hugging Face `*.index.json`: which shard holds which tensor.
struct ShardIndex {
    /// File name of a shard (in the folder of the index) → names of its tensors.
    std::map<std::string, std::vector<std::string>> shards;
};

/// Throws Error for text that is no index, and for shard names that point out of the folder.
ShardIndex readShardIndex(const std::filesystem::path& path);

} // namespace scalekv
