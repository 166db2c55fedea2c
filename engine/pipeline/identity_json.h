#pragma once

#include "engine/json_fields.h"
#include "scalekv/model_identity.h"

#include <optional>
#include <string>

/// The one stored form of what tells models apart, for files that hold it among other things.
namespace scalekv {

/// "name", and the digests of "transformer", "text_encoder" and "vae".
nlohmann::ordered_json identityJson(const ModelIdentity& model);
/// What is not there is as in `otherwise` (empty: unknown); without one, an Error.
ModelIdentity readIdentity(const JsonFields& fields, const std::optional<std::string>& otherwise = {});

} // namespace scalekv
