#include "scalekv/model_files.h"

#include "engine/image/vae.h"
#include "engine/io/checkpoint.h"
#include "engine/io/folder.h"
#include "engine/io/printable.h"
#include "engine/io/shard_index.h"
#include "engine/model/token_patch.h"
#include "engine/model/transformer_shape.h"
#include "engine/pipeline/model_json.h"
#include "engine/pipeline/model_parts.h"
#include "engine/text/t5_encoder.h"
#include "scalekv/error.h"
#include "scalekv/scale_schedule.h"

#include <algorithm>
#include <functional>
#include <set>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr const char* kModelJson = "model.json";
constexpr const char* kCalibration = "calibration.json";

bool isIndex(const fs::path& path) {
    return path.filename().string().ends_with(".index.json");
}

/// What one folder holds, as people download it.
struct Found {
    std::vector<fs::path> transformers, vaes, textEncoders;
    std::string problem; ///< why the first unreadable file could not be read
};

void classify(const fs::path& path, Found& found) {
    try {
        const ModelPart part = partOf(Checkpoint::open(path));
        if (part == ModelPart::Transformer)
            found.transformers.push_back(path);
        else if (part == ModelPart::Vae)
            found.vaes.push_back(path);
    } catch (const Error& error) {
        // A folder may hold all sorts of files; a broken one matters only where a part stays missing.
        if (found.problem.empty())
            found.problem = error.what();
    }
}

bool mayBeCheckpoint(const fs::path& file) {
    const fs::path end = file.extension();
    return end == ".safetensors" || end == ".pth" || end == ".pt" || end == ".bin";
}

/// A folder inside a model's: the text encoder, or the shards of a transformer or VAE.
void scanSubfolder(const fs::path& folder, Found& found) {
    if (isTextEncoderFolder(folder)) {
        found.textEncoders.push_back(folder);
        return;
    }
    const std::vector<fs::path> entries = entriesOf(folder);
    if (std::any_of(entries.begin(), entries.end(), mayBeCheckpoint))
        classify(folder, found);
}

Found scan(const fs::path& folder) {
    const std::vector<fs::path> entries = entriesOf(folder);
    Found found;
    std::set<fs::path> shards; // belong to an index and are no checkpoints of their own
    for (const fs::path& entry : entries) {
        if (!isIndex(entry))
            continue;
        classify(entry, found);
        try {
            for (const auto& [shard, names] : readShardIndex(entry).shards)
                shards.insert(folder / shard);
        } catch (const Error&) {
            continue; // classify() has noted it
        }
    }
    for (const fs::path& entry : entries) {
        std::error_code ignored;
        if (fs::is_directory(entry, ignored))
            scanSubfolder(entry, found);
        else if (mayBeCheckpoint(entry) && !shards.contains(entry))
            classify(entry, found);
    }
    return found;
}

std::string listed(const std::vector<fs::path>& paths) {
    std::string list;
    for (const fs::path& path : paths)
        list += (list.empty() ? "" : ", ") + printable(path.filename().string());
    return list;
}

/// The one candidate that fits; Error where there is none or more than one.
fs::path choose(const fs::path& folder, const std::string& what, const std::vector<fs::path>& candidates,
                const Found& found, const std::string& need,
                const std::function<bool(const fs::path&)>& fits) {
    std::vector<fs::path> fitting;
    std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(fitting), fits);
    if (fitting.size() == 1)
        return fitting.front();
    const std::string start = pathText(folder) + ": ";
    if (fitting.size() > 1)
        throw Error(start + "holds more than one " + what + " (" + listed(fitting) + ").");
    if (!candidates.empty())
        throw Error(start + "holds no " + what + " that fits the transformer, which needs " + need +
                    " (found: " + listed(candidates) + ").");
    std::string why = found.problem;
    if (why.ends_with('.'))
        why.pop_back();
    throw Error(start + "holds no " + what + (why.empty() ? "" : " (" + why + ")") + ".");
}

/// The model of this transformer with the VAE and text encoder that lie in `folder`.
ModelFiles assemble(const fs::path& transformer, const fs::path& folder, const Found& found) {
    const TransformerShape shape = TransformerShape::infer(Checkpoint::open(transformer));
    ModelFiles files;
    files.transformer = transformer;
    files.vae = choose(folder, "VAE", found.vaes, found, std::to_string(shape.bits) + " bits a token",
                       [&](const fs::path& path) {
                           const std::int64_t bits = VaeShape::infer(Checkpoint::open(path)).bits;
                           return TokenPatch::between(shape.bits, bits).has_value();
                       });
    files.textEncoder =
        choose(folder, "T5 text encoder (a folder with config.json and spiece.model)", found.textEncoders,
               found, std::to_string(shape.textWidth) + " channels of text", [&](const fs::path& path) {
                   return T5Config::read(path / "config.json").width == shape.textWidth;
               });
    const bool patchified =
        TokenPatch::between(shape.bits, VaeShape::infer(Checkpoint::open(files.vae)).bits) ==
        TokenPatch::twoByTwo();
    // A shard index is named after its framework; its folder is what people know it by.
    files.name = printable(
        (isIndex(transformer) ? fs::absolute(transformer).parent_path() : transformer).stem().string());
    files.sizes.assign(imageSizes().begin(), imageSizes().end());
    files.aspectRatios.assign(aspectRatios().begin(), aspectRatios().end());
    files.defaults.cfg = patchified ? 3.0 : 4.0; // the authors' settings for 8B and 2B
    files.newCalibration = fs::absolute(transformer).parent_path() / kCalibration;
    std::error_code ignored;
    if (fs::exists(files.newCalibration, ignored))
        files.calibration = files.newCalibration;
    return files;
}

ModelFiles modelOfTransformer(const fs::path& transformer) {
    const fs::path folder = fs::absolute(transformer).lexically_normal().parent_path();
    return assemble(transformer, folder, scan(folder));
}

fs::path withoutTrailingSlash(const fs::path& path) {
    return path.has_filename() ? path : path.parent_path();
}

/// Shards with nothing else beside them: the other parts lie next to their folder.
ModelFiles modelOfIndex(const fs::path& index, const Found& found) {
    const fs::path folder = fs::absolute(index).lexically_normal().parent_path();
    return found.vaes.empty() && found.textEncoders.empty() ? modelOfTransformer(folder)
                                                            : assemble(index, folder, found);
}

ModelFiles modelInFolder(const fs::path& folder) {
    const Found found = scan(folder);
    const fs::path transformer =
        choose(folder, "transformer", found.transformers, found, "", [](const fs::path&) { return true; });
    return isIndex(transformer) ? modelOfIndex(transformer, found) : assemble(transformer, folder, found);
}

} // namespace

ModelFiles findModel(const fs::path& given) {
    const fs::path path = withoutTrailingSlash(given);
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        throw Error(pathText(path) + ": there is no such file or folder.");
    if (fs::is_directory(path, ignored))
        return fs::exists(path / kModelJson, ignored) ? readModelJson(path / kModelJson)
                                                      : modelInFolder(path);
    if (path.extension() == ".json" && !isIndex(path))
        return readModelJson(path);
    if (partOf(Checkpoint::open(path)) != ModelPart::Transformer)
        throw Error(pathText(path) +
                    ": is no Infinity transformer; name its file, or the folder of the model.");
    return isIndex(path) ? modelOfIndex(path, scan(fs::absolute(path).parent_path()))
                         : modelOfTransformer(path);
}

} // namespace scalekv
