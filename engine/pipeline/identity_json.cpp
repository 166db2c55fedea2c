#include "engine/pipeline/identity_json.h"

namespace scalekv {

nlohmann::ordered_json identityJson(const ModelIdentity& model) {
    return {{"name", model.name},
            {"transformer", model.transformer},
            {"text_encoder", model.textEncoder},
            {"vae", model.vae}};
}

ModelIdentity readIdentity(const JsonFields& fields, std::optional<std::string> otherwise) {
    return {fields.text("name", otherwise), fields.text("transformer", otherwise),
            fields.text("text_encoder", otherwise), fields.text("vae", otherwise)};
}

} // namespace scalekv
