#include "engine/io/shard_index.h"

#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

namespace scalekv {

ShardIndex readShardIndex(const std::filesystem::path& path) {
    const nlohmann::json json = readJsonFile(path);
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
        throw Error(pathText(path) + ": has no \"weight_map\", so it is no index of shards.");

    ShardIndex index;
    for (const auto& [tensor, shard] : json["weight_map"].items()) {
        if (!shard.is_string())
            throw Error(pathText(path) + ": names no file for tensor " + printable(tensor) + ".");
        const auto name = shard.get<std::string>();
        // Shards lie beside their index; anything else could read files the person never chose.
        if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos ||
            name.find('\\') != std::string::npos || name.find('\0') != std::string::npos)
            throw Error(pathText(path) + ": names the shard \"" + printable(name) + "\" for tensor " +
                        printable(tensor) + ", which is not a file in the same folder.");
        index.shards[name].push_back(tensor);
    }
    if (index.shards.empty())
        throw Error(pathText(path) + ": lists no tensors.");
    return index;
}

} // namespace scalekv
