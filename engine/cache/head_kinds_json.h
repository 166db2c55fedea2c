#pragma once

#include "engine/json_fields.h"
#include "scalekv/head_kinds.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace scalekv {

/// The stored form, in files of its own and among other things: "kinds", a line a layer, "c" for a contextual
/// head and "s" for a structural one, and "attention", see attentionJson().
nlohmann::ordered_json headKindsJson(const HeadKinds& kinds);
/// Throws Error that names the field.
HeadKinds headKindsFrom(const JsonFields& fields);

/// HeadKinds::attention: for each scale but the first a list with a line of numbers for each source.
nlohmann::ordered_json attentionJson(const std::vector<std::vector<std::vector<float>>>& attention);
/// `columns`: layers · heads. Throws Error that names the field, where it is not of that form.
std::vector<std::vector<std::vector<float>>> readAttention(const JsonFields& fields, const char* field,
                                                           std::size_t columns);

} // namespace scalekv
