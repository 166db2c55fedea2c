#include "engine/cache/allocation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace scalekv {
namespace {

double share(const Demand& demand, double factor) {
    return std::clamp(demand.wanted * factor, static_cast<double>(demand.least),
                      static_cast<double>(demand.most));
}

double cost(const std::vector<Demand>& demands, double factor) {
    double sum = 0;
    for (const Demand& demand : demands)
        sum += static_cast<double>(demand.weight) * share(demand, factor);
    return sum;
}

/// The factor on everything wanted at which the bounded shares add up to the total. Their sum never falls as
/// the factor grows, so bisection finds it.
double commonFactor(const std::vector<Demand>& demands, double total) {
    double low = 0;
    double high = 1;
    constexpr int kDoublings = 200;
    for (int i = 0; i < kDoublings && cost(demands, high) < total; ++i)
        high *= 2;
    constexpr int kHalvings = 200;
    for (int i = 0; i < kHalvings; ++i) {
        const double middle = (low + high) / 2;
        (cost(demands, middle) < total ? low : high) = middle;
    }
    return high;
}

} // namespace

std::vector<std::int64_t> allocate(const std::vector<Demand>& demands, std::int64_t total) {
    std::int64_t least = 0;
    std::int64_t most = 0;
    for (const Demand& demand : demands) {
        if (demand.least > demand.most || demand.least < 0 || demand.weight < 1 || !(demand.wanted > 0))
            throw std::logic_error("allocate: a demand contradicts itself");
        least += demand.weight * demand.least;
        most += demand.weight * demand.most;
    }
    if (total < least || total > most)
        throw std::logic_error("allocate: no shares add up to the total");

    const double factor = commonFactor(demands, static_cast<double>(total));
    std::vector<std::int64_t> shares;
    std::vector<double> cut; // what rounding down took from each
    std::int64_t left = total;
    for (const Demand& demand : demands) {
        constexpr double kNoise = 1e-6; // of the bisection
        const double exact = share(demand, factor);
        shares.push_back(
            std::clamp(static_cast<std::int64_t>(std::floor(exact + kNoise)), demand.least, demand.most));
        cut.push_back(exact - static_cast<double>(shares.back()));
        left -= demand.weight * shares.back();
    }
    // The few tokens that are left go to those who lost most by rounding, the lower layer first.
    std::vector<std::size_t> order(demands.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return cut[a] > cut[b]; });
    for (bool given = true; given && left > 0;) {
        given = false;
        for (const std::size_t i : order) {
            if (demands[i].weight <= left && shares[i] < demands[i].most) {
                ++shares[i];
                left -= demands[i].weight;
                given = true;
            }
        }
    }
    return shares;
}

} // namespace scalekv
