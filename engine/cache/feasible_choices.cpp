#include "scalekv/feasible_choices.h"

#include <algorithm>

namespace scalekv {

FeasibleChoices feasibleChoices(std::span<const PolicyChoice> choices,
                                const std::function<std::string(const PolicyChoice& choice)>& problem) {
    FeasibleChoices found;
    for (const PolicyChoice& choice : choices) {
        const std::string why = problem(choice);
        if (why.empty()) {
            found.choices.push_back(choice);
            continue;
        }
        auto same = std::find_if(found.leftOut.begin(), found.leftOut.end(),
                                 [&](const FeasibleChoices::LeftOut& left) { return left.why == why; });
        if (same == found.leftOut.end())
            same = found.leftOut.insert(same, {why, {}});
        same->which.push_back(choice);
    }
    return found;
}

} // namespace scalekv
