#pragma once

#include "engine/json_fields.h"
#include "scalekv/roles.h"

/// A role table as files hold it: a row a scale, a letter a layer, "d" for a drafter, "." for a refiner.
namespace scalekv {

nlohmann::ordered_json rolesJson(const RoleTable& roles);

/// Throws Error that names the field: rows of other letters or of unequal length, no row or layer at all, a
/// drafter at scale 0, which has no history.
RoleTable readRoles(const JsonFields& fields, const char* field);

} // namespace scalekv
