#include "engine/cache/least_budget.h"

#include <cmath>
#include <cstdio>

namespace scalekv {

std::string leastBudget(std::span<const MapSize> schedule, std::int64_t tokens) {
    const double share = static_cast<double>(tokens) / static_cast<double>(cachedTokens(schedule));
    char least[32];
    std::snprintf(least, sizeof least, "%.2f %%", std::ceil(share * 1e4) / 1e2);
    return std::string(least) + " or " + std::to_string(tokens) + " tokens";
}

} // namespace scalekv
