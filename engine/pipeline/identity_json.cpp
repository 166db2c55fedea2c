#include "engine/pipeline/identity_json.h"

#include "engine/io/json_file.h"
#include "engine/pipeline/request_json.h"

namespace scalekv {

nlohmann::ordered_json identityJson(const ModelIdentity& model) {
    return {{"name", model.name},
            {"transformer", model.transformer},
            {"text_encoder", model.textEncoder},
            {"vae", model.vae}};
}

ModelIdentity readIdentity(const JsonFields& fields, const std::optional<std::string>& otherwise) {
    return {fields.text("name", otherwise), fields.text("transformer", otherwise),
            fields.text("text_encoder", otherwise), fields.text("vae", otherwise)};
}

std::string toJson(const ModelIdentity& model) {
    return jsonText(identityJson(model));
}

ModelIdentity modelIdentityFromJson(const std::string& json, const std::string& what) {
    return readIdentity({parseJson(json, what), what}, "");
}

} // namespace scalekv
