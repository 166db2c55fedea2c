#pragma once

#include "engine/json_fields.h"
#include "scalekv/request.h"

/// The one stored form of a request, for files that hold one among other things.
namespace scalekv {

using OrderedJson = nlohmann::ordered_json;

OrderedJson requestJson(const GenerationRequest& request);
/// Throws Error that names the field; what is not there is as in `otherwise`.
GenerationRequest readRequest(const JsonFields& fields, const GenerationRequest& otherwise = {});
/// The same, but every setting has to be there; only a policy may be missing.
GenerationRequest readWholeRequest(const JsonFields& fields);

/// A policy alone: "policy", its budget ("budget_fraction", "budget_tokens" or "budget_bytes"), and the
/// tables that travel with it ("roles", "budget_table", "head_orders", "head_kinds").
OrderedJson policyJson(const PolicyChoice& choice);
PolicyChoice readPolicy(const JsonFields& fields, const PolicyChoice& otherwise = {});

/// JSON as text; what is not UTF-8 is replaced, for a picture must not be lost for a prompt's bytes.
std::string jsonText(const OrderedJson& json, int indent = -1);

/// "" where two objects say the same, else the first difference, "seed is 1, not 2", in the order of
/// `wanted`. Long values and lists are named only.
std::string firstDifference(const OrderedJson& made, const OrderedJson& wanted);

} // namespace scalekv
