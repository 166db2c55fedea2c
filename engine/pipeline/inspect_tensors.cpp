#include "engine/pipeline/device.h"
#include "engine/pipeline/inspections.h"

#include "engine/image/vae.h"
#include "engine/io/printable.h"
#include "engine/model/transformer_shape.h"
#include "engine/pipeline/model_parts.h"
#include "engine/text/t5_encoder.h"
#include "engine/text/tokenizer.h"
#include "scalekv/scale_schedule.h"

#include <c10/core/ScalarType.h>

namespace scalekv::inspections {
namespace {

namespace fs = std::filesystem;

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

} // namespace

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
    const std::vector<Fact> vocabulary = ofVocabulary(folder / "spiece.model").facts;
    result.facts.insert(result.facts.end(), vocabulary.begin(), vocabulary.end());
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

} // namespace scalekv::inspections
