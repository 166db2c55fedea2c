#pragma once

#include "engine/json_fields.h"
#include "scalekv/head_orders.h"

namespace scalekv {

/// The stored form of orders among other things, in recipes: a line a scale, "head.layer head.layer …".
nlohmann::ordered_json headOrdersJson(const HeadOrders& orders);
/// Throws Error that names the field, where it does not hold whole orders.
HeadOrders readHeadOrders(const JsonFields& fields, const char* field);

} // namespace scalekv
