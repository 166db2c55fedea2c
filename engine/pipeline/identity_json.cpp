#include "engine/pipeline/identity_json.h"

namespace scalekv {

nlohmann::ordered_json identityJson(const ModelIdentity& model) {
    return {{"name", model.name},
            {"transformer", model.transformer},
            {"text_encoder", model.textEncoder},
            {"vae", model.vae}};
}

ModelIdentity readIdentity(const JsonFields& fields) {
    return {fields.text("name", ""), fields.text("transformer", ""), fields.text("text_encoder", ""),
            fields.text("vae", "")};
}

} // namespace scalekv
