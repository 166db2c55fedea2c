#include "scalekv/inspect.h"

#include "engine/image/vae.h"
#include "engine/io/checkpoint.h"
#include "engine/io/folder.h"
#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/json_fields.h"
#include "engine/model/token_patch.h"
#include "engine/model/transformer_shape.h"
#include "engine/pipeline/model_parts.h"
#include "engine/text/t5_encoder.h"
#include "engine/text/tokenizer.h"
#include "scalekv/error.h"
#include "scalekv/model_files.h"
#include "scalekv/recipe.h"
#include "scalekv/scale_schedule.h"

#include <c10/core/ScalarType.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPngStart = "\x89PNG\r\n\x1a\n";

/// The names that the program uses for types.
std::string typeName(at::ScalarType type) {
    switch (type) {
    case at::kFloat:
        return "fp32";
    case at::kBFloat16:
        return "bf16";
    case at::kHalf:
        return "fp16";
    case at::kDouble:
        return "fp64";
    default:
        return c10::toString(type);
    }
}

Inspection ofCheckpoint(const fs::path& path, FileKind kind, const Checkpoint& checkpoint) {
    Inspection result;
    result.kind = kind;
    result.path = path;
    result.tensors = static_cast<std::int64_t>(checkpoint.tensors().size());
    for (const auto& [name, info] : checkpoint.tensors()) {
        result.bytesByType[typeName(info.type)] += info.bytes();
        if (at::isFloatingType(info.type))
            result.parameters += info.elements();
    }
    return result;
}

std::vector<CacheNeed> cacheNeeds(const TransformerShape& shape, const std::vector<std::string>& sizes) {
    constexpr std::int64_t kKeysAndValues = 2;
    constexpr std::int64_t kGuided = 2; // the prompt's sequence and the unconditional one
    std::vector<CacheNeed> needs;
    for (const std::string& size : sizes) {
        const ScaleSchedule schedule = scaleSchedule(size, 1.0);
        if (static_cast<std::int64_t>(schedule.size()) > shape.levels)
            continue;
        const std::int64_t tokens = cachedTokens(schedule);
        const std::int64_t numbers = kKeysAndValues * shape.layers * kGuided * tokens * shape.width;
        needs.push_back({size, static_cast<int>(schedule.size()), tokens,
                         numbers * static_cast<std::int64_t>(c10::elementSize(at::kBFloat16)),
                         numbers * static_cast<std::int64_t>(c10::elementSize(at::kFloat))});
    }
    return needs;
}

std::vector<std::string> allSizes() {
    return {imageSizes().begin(), imageSizes().end()};
}

Inspection ofTransformer(const fs::path& path, const Checkpoint& checkpoint,
                         const std::vector<std::string>& sizes) {
    const TransformerShape shape = TransformerShape::infer(checkpoint);
    Inspection result = ofCheckpoint(path, FileKind::Transformer, checkpoint);
    // A training file may hold other copies of the weights, and an optimizer's state.
    result.parameters = ofCheckpoint(path, result.kind, checkpoint.under(shape.prefix)).parameters;
    result.facts = {{"layers", "layers", shape.layers},
                    {"width", "width", shape.width},
                    {"heads", "heads", shape.heads},
                    {"head_width", "head width", shape.headDim()},
                    {"feed_forward", "feed forward", shape.feedForward},
                    {"bits", "bits a token", shape.bits},
                    {"text_width", "text width", shape.textWidth},
                    {"most_scales", "scales at most", shape.levels}};
    if (!shape.prefix.empty())
        result.facts.push_back({"prefix", "names start with", printable(shape.prefix)});
    result.cache = cacheNeeds(shape, sizes);
    return result;
}

Inspection ofVae(const fs::path& path, const Checkpoint& checkpoint) {
    const VaeShape shape = VaeShape::infer(checkpoint);
    Inspection result = ofCheckpoint(path, FileKind::Vae, checkpoint);
    result.facts = {{"bits", "bits", shape.bits},
                    {"patch_size", "patch", shape.patchSize()},
                    {"base_channels", "base channels", shape.baseChannels},
                    {"channel_multipliers", "channel multipliers", shape.decoderMultipliers},
                    {"encoder", "encoder", std::string(shape.encoderMultipliers.empty() ? "no" : "yes")}};
    return result;
}

void addVocabulary(Inspection& result, const fs::path& spieceModel) {
    result.facts.push_back(
        {"pieces", "SentencePiece vocabulary", std::int64_t{Tokenizer(spieceModel).vocabularySize()}});
}

Inspection ofTextEncoder(const fs::path& folder) {
    const T5Config config = T5Config::read(folder / "config.json");
    const Checkpoint checkpoint = Checkpoint::open(folder);
    Inspection result = ofCheckpoint(folder, FileKind::TextEncoder, checkpoint);
    // The files of flan-T5 hold its decoder too, which no part of this program uses.
    result.parameters = ofCheckpoint(folder, result.kind, checkpoint.under("encoder.")).parameters +
                        ofCheckpoint(folder, result.kind, checkpoint.under("shared.")).parameters;
    result.facts = {{"layers", "layers", config.layers},
                    {"width", "width", config.width},
                    {"heads", "heads", config.heads},
                    {"head_width", "head width", config.headDim},
                    {"feed_forward", "feed forward", config.feedForward},
                    {"vocabulary", "vocabulary", config.vocabulary}};
    addVocabulary(result, folder / "spiece.model");
    return result;
}

Inspection ofModel(const fs::path& path, const ModelFiles& files) {
    Inspection result;
    result.kind = FileKind::Model;
    result.path = path;
    result.name = files.name;
    Inspection transformer =
        ofTransformer(files.transformer, Checkpoint::open(files.transformer), files.sizes);
    const Checkpoint vaeFile = Checkpoint::open(files.vae);
    const VaeShape vae = VaeShape::infer(vaeFile);
    const std::int64_t bits = TransformerShape::infer(Checkpoint::open(files.transformer)).bits;
    const TokenPatch patch = TokenPatch::require(bits, vae.bits, pathText(path));
    if (!files.about.empty())
        result.facts.push_back({"about", "about", printable(files.about)});
    result.facts.push_back(
        {"spatial_patchify", "spatial patchify", std::string(patch.side() > 1 ? "yes" : "no")});
    result.facts.push_back({"pixels_per_token", "pixels a token", vae.patchSize() * patch.side()});
    result.cache = std::move(transformer.cache);
    transformer.cache.clear();
    result.parts = {std::move(transformer), ofTextEncoder(files.textEncoder), ofVae(files.vae, vaeFile)};
    for (const Inspection& part : result.parts) {
        result.tensors += part.tensors;
        result.parameters += part.parameters;
        for (const auto& [type, bytes] : part.bytesByType)
            result.bytesByType[type] += bytes;
    }
    return result;
}

bool isBudget(const nlohmann::json& json) {
    return json.is_object() && !json.empty() &&
           std::all_of(json.items().begin(), json.items().end(), [](const auto& row) {
               return row.key().starts_with("Scale ") && row.value().is_object() &&
                      row.value().contains("Max") && row.value().contains("Min");
           });
}

/// The released ScaleKV table: a row a scale; blocks marked 1 keep `Max` tokens, the others `Min`.
Inspection ofBudget(const fs::path& path, const nlohmann::json& json) {
    Inspection result;
    result.kind = FileKind::Budget;
    result.path = path;
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    std::vector<std::pair<int, Fact>> rows; // by scale: "Scale 10" sorts before "Scale 9" as text
    for (const auto& [name, row] : json.items()) {
        const JsonFields fields(row, pathText(path) + ": \"" + printable(name) + "\"");
        std::int64_t blocks = 0;
        std::int64_t marked = 0;
        for (const auto& [key, value] : row.items()) {
            if (!key.starts_with("Block "))
                continue;
            ++blocks;
            marked += fields.integer(key.c_str(), 0, 1);
        }
        const std::string text = std::to_string(marked) + " of " + std::to_string(blocks) + " layers keep " +
                                 std::to_string(fields.integer("Max", 0, kMost)) + " tokens, the others " +
                                 std::to_string(fields.integer("Min", 0, kMost));
        const std::string number = name.substr(std::string_view("Scale ").size());
        if (number.empty() || number.size() > 4 ||
            number.find_first_not_of("0123456789") != std::string::npos)
            throw Error(pathText(path) + ": \"" + printable(name) + "\" is not the number of a scale.");
        rows.push_back({std::stoi(number), {"scale_" + number, "scale " + number, text}});
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [scale, fact] : rows)
        result.facts.push_back(std::move(fact));
    return result;
}

Inspection ofPicture(const fs::path& path) {
    const PngFile png = readPng(path);
    Inspection result;
    result.kind = FileKind::Picture;
    result.path = path;
    result.facts = {{"width", "width", std::int64_t{png.image.width}},
                    {"height", "height", std::int64_t{png.image.height}}};
    const std::optional<Recipe> recipe = recipeOf(png.text);
    if (!recipe) {
        result.facts.push_back({"recipe", "recipe", std::string("none")});
        return result;
    }
    // Numbers as text: a seed may be past 63 bits, and guidance may be a list.
    const auto json = nlohmann::ordered_json::parse(toJson(*recipe)); // items() only refers to it
    for (const auto& [key, value] : json.items()) {
        std::string label = key;
        std::replace(label.begin(), label.end(), '_', ' ');
        result.facts.push_back({key, label, value.is_string() ? value.get<std::string>() : value.dump()});
    }
    return result;
}

Inspection ofTensors(const fs::path& path) {
    const Checkpoint checkpoint = Checkpoint::open(path);
    switch (partOf(checkpoint)) {
    case ModelPart::Transformer:
        return ofTransformer(path, checkpoint, allSizes());
    case ModelPart::Vae:
        return ofVae(path, checkpoint);
    case ModelPart::TextEncoder:
        return ofCheckpoint(path, FileKind::TextEncoder, checkpoint);
    case ModelPart::Unknown:
        break;
    }
    return ofCheckpoint(path, FileKind::Checkpoint, checkpoint);
}

bool hasFolders(const fs::path& path) {
    const std::vector<fs::path> entries = entriesOf(path);
    return std::any_of(entries.begin(), entries.end(), [](const fs::path& entry) {
        std::error_code ignored;
        return fs::is_directory(entry, ignored);
    });
}

Inspection ofFolder(const fs::path& path) {
    if (isTextEncoderFolder(path))
        return ofTextEncoder(path);
    std::error_code ignored;
    if (fs::exists(path / "model.json", ignored))
        return ofModel(path, findModel(path));
    try {
        const ModelFiles files = findModel(path);
        // A folder of shards stands for its transformer, even where the other parts lie next to it.
        if (!fs::equivalent(files.transformer, path))
            return ofModel(path, files);
    } catch (const Error&) {
        // A folder inside is a part of a model, so the model is what the person meant, and lacks something.
        if (hasFolders(path))
            throw;
    }
    return ofTensors(path);
}

bool isPng(const fs::path& path) {
    std::array<char, kPngStart.size()> start{};
    std::ifstream(path, std::ios::binary).read(start.data(), start.size());
    return std::string_view(start.data(), start.size()) == kPngStart;
}

} // namespace

Inspection inspect(const fs::path& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        throw Error(pathText(path) + ": there is no such file or folder.");
    if (fs::is_directory(path, ignored))
        return ofFolder(path);
    if (isPng(path))
        return ofPicture(path);
    if (path.extension() == ".model") {
        Inspection result;
        result.kind = FileKind::SentencePiece;
        result.path = path;
        addVocabulary(result, path);
        return result;
    }
    if (path.extension() != ".json" || path.filename().string().ends_with(".index.json"))
        return ofTensors(path);

    const nlohmann::json json = readJsonFile(path);
    if (isBudget(json))
        return ofBudget(path, json);
    if (json.is_object() && json.contains("transformer"))
        return ofModel(path, findModel(path));
    throw Error(pathText(path) +
                ": is a JSON file, but neither a model, an index of shards nor a ScaleKV budget.");
}

} // namespace scalekv
