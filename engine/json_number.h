#pragma once

#include <nlohmann/json.hpp>

#include <cmath>

namespace scalekv {

/// A figure as JSON, which knows neither infinity nor "not a number": null.
inline nlohmann::ordered_json finiteOrNull(double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
}

} // namespace scalekv
