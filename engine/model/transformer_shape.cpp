#include "engine/model/transformer_shape.h"

#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace scalekv {
namespace {

constexpr std::int64_t kMostLayers = 4096; // a sane limit for hostile files

struct Entry {
    std::string_view name;
    std::int64_t layers, width, heads, bits;
};
constexpr std::array<Entry, 8> kPublished{{{"layer12", 12, 768, 8, 32},
                                           {"layer16", 16, 1152, 12, 32},
                                           {"layer24", 24, 1536, 16, 32},
                                           {"layer32", 32, 2080, 20, 32},
                                           {"layer40", 40, 2688, 24, 32},
                                           {"layer48", 48, 3360, 28, 32},
                                           {"2b", 32, 2048, 16, 32},
                                           {"8b", 40, 3584, 28, 56}}};

/// What stands before "word_embed.weight". Training files may hold several copies; the averaged ("ema") ones
/// come last.
std::vector<std::string> prefixes(const Checkpoint& checkpoint) {
    static const std::string kMarker = "word_embed.weight";
    std::vector<std::string> found;
    for (const auto& [name, info] : checkpoint.tensors()) {
        if (!name.ends_with(kMarker))
            continue;
        std::string prefix = name.substr(0, name.size() - kMarker.size());
        if ((prefix.empty() || prefix.ends_with('.')) && checkpoint.contains(prefix + "head.weight"))
            found.push_back(std::move(prefix));
    }
    std::stable_sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) {
        return std::make_pair(a.find("ema") != std::string::npos, a.size()) <
               std::make_pair(b.find("ema") != std::string::npos, b.size());
    });
    return found;
}

const TensorInfo& require(const Checkpoint& checkpoint, const std::string& name, std::size_t dimensions) {
    const auto found = checkpoint.tensors().find(name);
    if (found == checkpoint.tensors().end())
        throw Error(pathText(checkpoint.path()) + ": tensor " + printable(name) + " is missing.");
    const TensorInfo& info = found->second;
    if (info.shape.size() != dimensions ||
        std::any_of(info.shape.begin(), info.shape.end(), [](std::int64_t extent) { return extent < 1; }))
        throw Error(pathText(checkpoint.path()) + ": tensor " + printable(name) + " should have " +
                    std::to_string(dimensions) + " dimensions, none of them empty.");
    return info;
}

/// Layer numbers that occur as `start`N. — must be 0 … n−1.
std::int64_t countIndices(const Checkpoint& checkpoint, const std::string& start) {
    std::set<std::int64_t> indices;
    for (auto it = checkpoint.tensors().lower_bound(start);
         it != checkpoint.tensors().end() && it->first.starts_with(start); ++it) {
        const std::string rest = it->first.substr(start.size());
        const std::size_t digits = rest.find_first_not_of("0123456789");
        if (digits == 0 || digits == std::string::npos || digits > 4 || rest[digits] != '.')
            throw Error(pathText(checkpoint.path()) + ": tensor " + printable(it->first) +
                        " does not belong to a numbered layer.");
        indices.insert(std::stoll(rest.substr(0, digits)));
    }
    if (!indices.empty() && *indices.rbegin() + 1 != static_cast<std::int64_t>(indices.size()))
        throw Error(pathText(checkpoint.path()) + ": layers are missing under " + start + "*.");
    return static_cast<std::int64_t>(indices.size());
}

std::int64_t poolHeadDim(std::int64_t width) {
    return width > 4096 ? 64 : 128;
} // released code

} // namespace

std::string TransformerShape::layerPrefix(std::int64_t layer) const {
    if (chunkLayers == 0)
        return "blocks." + std::to_string(layer) + ".";
    return "block_chunks." + std::to_string(layer / chunkLayers) + ".module." +
           std::to_string(layer % chunkLayers) + ".";
}

std::int64_t TransformerShape::parameters() const {
    const std::int64_t c = width;
    const std::int64_t layer = 6 * c + 3 * c * c + 2 * c + heads + c * c + c // modulation, self attention
                               + 2 * c + c * c + c + 2 * c * c + c + c * c +
                               c // cross attention with its norm
                               + 2 * c * feedForward + feedForward + c;
    const std::int64_t pool = c + 2 * c * textWidth + c + c * c + c;
    const std::int64_t text = textWidth + textWidth * c + c + c * c + c + uncondTokens * textWidth + pool;
    const std::int64_t head = 2 * c * c + 2 * c + 2 * bits * c + 2 * bits;
    return layers * layer + text + head + 6 * c * c + 6 * c + levels * c + c + bits * c + c;
}

bool TransformerShape::recognises(const Checkpoint& checkpoint) {
    return !prefixes(checkpoint).empty();
}

TransformerShape TransformerShape::infer(const Checkpoint& checkpoint) {
    const std::string file = pathText(checkpoint.path());
    const std::vector<std::string> found = prefixes(checkpoint);
    if (found.empty())
        throw Error(
            file +
            " is not an Infinity transformer: it has no word_embed.weight with a head.weight beside it.");

    TransformerShape shape;
    shape.prefix = found.front();
    const Checkpoint part = shape.prefix.empty() ? checkpoint : checkpoint.under(shape.prefix);
    shape.width = require(part, "word_embed.weight", 2).shape[0];
    shape.bits = require(part, "word_embed.weight", 2).shape[1];
    shape.textWidth = require(part, "text_norm.weight", 1).shape[0];
    shape.levels = require(part, "lvl_embed.weight", 2).shape[0];
    shape.uncondTokens = require(part, "cfg_uncond", 2).shape[0];
    shape.poolHeads = require(part, "text_proj_for_sos.ca.mat_q", 3).shape[1];
    if (require(part, "head.weight", 2).shape[0] != 2 * shape.bits)
        throw Error(file + ": tensor head.weight should have two rows a bit (" +
                    std::to_string(2 * shape.bits) + "): only models with bitwise labels are supported.");

    const std::int64_t chunks = countIndices(part, "block_chunks.");
    if (chunks > 0) {
        shape.chunkLayers = countIndices(part, "block_chunks.0.module.");
        for (std::int64_t chunk = 1; chunk < chunks; ++chunk)
            if (countIndices(part, "block_chunks." + std::to_string(chunk) + ".module.") != shape.chunkLayers)
                throw Error(file + ": chunk " + std::to_string(chunk) +
                            " has another number of layers than chunk 0.");
        shape.layers = chunks * shape.chunkLayers;
    } else {
        shape.layers = countIndices(part, "blocks.");
    }
    if (shape.layers < 1 || shape.layers > kMostLayers)
        throw Error(file + " has no transformer layers (block_chunks.* or blocks.*).");

    const std::string first = shape.layerPrefix(0);
    shape.feedForward = require(part, first + "ffn.fc1.weight", 2).shape[0];
    shape.heads = require(part, first + "sa.scale_mul_1H11", 4).elements(); // (1,H,1,1) or (1,1,H,1)
    if (shape.width % shape.heads != 0 || shape.headDim() % 4 != 0 || shape.width % shape.poolHeads != 0)
        throw Error(file + ": " + std::to_string(shape.heads) + " heads do not divide " +
                    std::to_string(shape.width) +
                    " channels into vectors with a two-dimensional rotary embedding.");
    return shape;
}

std::span<const std::string_view> TransformerShape::names() {
    static constexpr auto kNames = [] {
        std::array<std::string_view, kPublished.size()> names;
        std::transform(kPublished.begin(), kPublished.end(), names.begin(),
                       [](const Entry& entry) { return entry.name; });
        return names;
    }();
    return kNames;
}

TransformerShape TransformerShape::named(const std::string& name) {
    for (const Entry& entry : kPublished) {
        if (name != entry.name)
            continue;
        TransformerShape shape;
        shape.layers = entry.layers;
        shape.width = entry.width;
        shape.heads = entry.heads;
        shape.bits = entry.bits;
        shape.feedForward =
            static_cast<std::int64_t>(std::nearbyint(static_cast<double>(4 * entry.width) / 256.0)) * 256;
        shape.textWidth = 2048; // flan-t5-xl
        shape.poolHeads = shape.textWidth / poolHeadDim(shape.width);
        shape.levels = 15;
        shape.uncondTokens = 512;
        return shape;
    }
    std::string known;
    for (const std::string_view each : names())
        known += (known.empty() ? "" : ", ") + std::string(each);
    throw Error("Shape \"" + printable(name) + "\" is unknown; choose one of " + known + ".");
}

} // namespace scalekv
