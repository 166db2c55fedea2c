#include "engine/study/sampling/slices.h"

#include <algorithm>

namespace scalekv {

std::vector<Unit> unitsOf(std::size_t pictures, int batch) {
    std::vector<Unit> units;
    for (std::size_t first = 0; first < pictures; first += std::size_t(batch))
        units.push_back({first, std::min(first + std::size_t(batch), pictures)});
    return units;
}

Unit sliceOf(std::size_t units, int rank, int ranks) {
    const std::size_t each = (units + std::size_t(ranks) - 1) / std::size_t(ranks);
    return {std::min(units, each * std::size_t(rank)), std::min(units, each * std::size_t(rank + 1))};
}

std::vector<std::size_t> helpOrder(const std::vector<std::size_t>& pending, std::size_t units, int ranks) {
    const std::size_t each = std::max<std::size_t>(1, sliceOf(units, 0, ranks).last);
    std::vector<std::vector<std::size_t>> slices((units + each - 1) / each); // those that are not empty
    for (const std::size_t unit : pending)
        slices[unit / each].push_back(unit);
    std::stable_sort(slices.begin(), slices.end(),
                     [](const auto& a, const auto& b) { return a.size() > b.size(); });
    std::vector<std::size_t> order;
    for (const auto& slice : slices)
        order.insert(order.end(), slice.rbegin(), slice.rend());
    return order;
}

} // namespace scalekv
