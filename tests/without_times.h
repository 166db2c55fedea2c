#pragma once

#include <nlohmann/json.hpp>

namespace scalekv::test {

/// A comparison's results without what differs from run to run.
inline nlohmann::json withoutTimes(nlohmann::json value) {
    if (value.is_object()) {
        value.erase("seconds");
        value.erase("selection_seconds");
    }
    if (value.is_structured())
        for (nlohmann::json& part : value)
            part = withoutTimes(part);
    return value;
}

} // namespace scalekv::test
