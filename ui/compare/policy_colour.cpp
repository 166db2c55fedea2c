#include "ui/compare/policy_colour.h"

#include "scalekv/policy_choice.h"
#include "widgets/colour_maps.h"

#include <algorithm>

namespace scalekv::ui {

QColor policyColour(std::string_view name) {
    const auto names = policyNames();
    const auto place = std::find(names.begin(), names.end(), name) - names.begin();
    // From the end: the newest, which are looked at most, have the colours that differ most.
    return widgets::lineColour(std::max(0, int(names.size()) - 1 - int(place)));
}

} // namespace scalekv::ui
