#include "engine/image/vae.h"
#include "engine/io/printable.h"
#include "engine/model/token_patch.h"
#include "engine/model/transformer_shape.h"
#include "engine/pipeline/inspections.h"

namespace scalekv::inspections {

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

} // namespace scalekv::inspections
