#include "engine/image/vae.h"
#include "engine/io/printable.h"
#include "engine/model/token_patch.h"
#include "engine/model/transformer_shape.h"
#include "engine/pipeline/inspections.h"

namespace scalekv::inspections {

namespace {

/// What the model can draw, where its author says so.
void addVocabulary(Inspection& result, const Vocabulary& vocabulary) {
    const auto add = [&](const char* key, const char* label, std::vector<std::string> names) {
        if (!names.empty())
            result.facts.push_back({key, label, std::move(names)});
    };
    std::vector<std::string> aliases;
    for (const auto& [object, others] : vocabulary.aliases)
        for (const std::string& other : others)
            aliases.push_back(std::string(other).append(" = ").append(object));
    add("objects", "objects", vocabulary.objects);
    add("aliases", "other names", std::move(aliases));
    add("colours", "colours", vocabulary.colours);
}

} // namespace

Inspection ofModel(const std::filesystem::path& path, const ModelFiles& files) {
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
    addVocabulary(result, files.vocabulary);
    result.facts.push_back({"spatial_patchify", "spatial patchify", patch.side() > 1});
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

} // namespace scalekv::inspections
