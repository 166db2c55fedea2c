#include "scalekv/scale_schedule.h"

#include "scalekv/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <sstream>

namespace scalekv {
namespace {

constexpr std::size_t kScales1M = 13;

struct SizeEntry {
    std::string_view name;
    std::size_t scales;
};
constexpr std::array<SizeEntry, 4> kSizes{{{"0.06M", 7}, {"0.25M", 10}, {"0.60M", 12}, {"1M", kScales1M}}};
constexpr std::array<std::string_view, 4> kSizeNames{"0.06M", "0.25M", "0.60M", "1M"};

struct RatioEntry {
    double ratio; // height / width
    std::array<MapSize, kScales1M> maps;
};

// The tall half of the trained schedules (released code, dynamic_resolution); ratios below 1 are these,
// transposed.
constexpr std::array<RatioEntry, 8> kTallSchedules{{
    {1.000,
     {{{1, 1},
       {2, 2},
       {4, 4},
       {6, 6},
       {8, 8},
       {12, 12},
       {16, 16},
       {20, 20},
       {24, 24},
       {32, 32},
       {40, 40},
       {48, 48},
       {64, 64}}}},
    {1.250,
     {{{1, 1},
       {2, 2},
       {3, 3},
       {5, 4},
       {10, 8},
       {15, 12},
       {20, 16},
       {25, 20},
       {30, 24},
       {35, 28},
       {45, 36},
       {55, 44},
       {70, 56}}}},
    {1.333,
     {{{1, 1},
       {2, 2},
       {4, 3},
       {8, 6},
       {12, 9},
       {16, 12},
       {20, 15},
       {24, 18},
       {28, 21},
       {36, 27},
       {48, 36},
       {60, 45},
       {72, 54}}}},
    {1.500,
     {{{1, 1},
       {2, 2},
       {3, 2},
       {6, 4},
       {9, 6},
       {15, 10},
       {21, 14},
       {27, 18},
       {33, 22},
       {39, 26},
       {48, 32},
       {63, 42},
       {78, 52}}}},
    {1.750,
     {{{1, 1},
       {2, 2},
       {3, 3},
       {7, 4},
       {11, 6},
       {14, 8},
       {21, 12},
       {28, 16},
       {35, 20},
       {42, 24},
       {56, 32},
       {70, 40},
       {84, 48}}}},
    {2.000,
     {{{1, 1},
       {2, 2},
       {4, 2},
       {6, 3},
       {10, 5},
       {16, 8},
       {22, 11},
       {30, 15},
       {38, 19},
       {46, 23},
       {60, 30},
       {74, 37},
       {90, 45}}}},
    {2.500,
     {{{1, 1},
       {2, 2},
       {5, 2},
       {10, 4},
       {15, 6},
       {20, 8},
       {25, 10},
       {30, 12},
       {40, 16},
       {50, 20},
       {65, 26},
       {80, 32},
       {100, 40}}}},
    {3.000,
     {{{1, 1},
       {2, 2},
       {6, 2},
       {9, 3},
       {15, 5},
       {21, 7},
       {27, 9},
       {36, 12},
       {45, 15},
       {54, 18},
       {72, 24},
       {90, 30},
       {111, 37}}}},
}};

constexpr std::array<double, 15> kRatios{0.333, 0.4,   0.5, 0.571, 0.666, 0.75, 0.8, 1.0,
                                         1.25,  1.333, 1.5, 1.75,  2.0,   2.5,  3.0};
constexpr double kRatioTolerance = 0.002;

ScaleSchedule fullSchedule(double aspectRatio) {
    for (const RatioEntry& entry : kTallSchedules) {
        if (sameAspectRatio(entry.ratio, aspectRatio))
            return {entry.maps.begin(), entry.maps.end()};
        if (sameAspectRatio(1.0 / entry.ratio, aspectRatio)) {
            ScaleSchedule wide;
            for (const MapSize& map : entry.maps)
                wide.push_back({map.width, map.height});
            return wide;
        }
    }
    std::ostringstream message;
    message << "Aspect ratio " << aspectRatio << " (height/width) is not one the models know; choose one of";
    for (double ratio : kRatios)
        message << ' ' << ratio;
    message << '.';
    throw Error(message.str());
}

} // namespace

std::span<const std::string_view> imageSizes() {
    return kSizeNames;
}

std::span<const double> aspectRatios() {
    return kRatios;
}

bool sameAspectRatio(double a, double b) {
    return std::abs(a - b) <= kRatioTolerance;
}

double nearestAspectRatio(double ratio) {
    const auto factor = [ratio](double trained) { return std::abs(std::log(trained / ratio)); };
    return *std::min_element(kRatios.begin(), kRatios.end(),
                             [&](double a, double b) { return factor(a) < factor(b); });
}

ScaleSchedule scaleSchedule(std::string_view size, double aspectRatio) {
    const auto entry =
        std::find_if(kSizes.begin(), kSizes.end(), [&](const SizeEntry& s) { return s.name == size; });
    if (entry == kSizes.end())
        throw Error("Image size \"" + std::string(size) + "\" is unknown; choose 0.06M, 0.25M, 0.60M or 1M.");
    ScaleSchedule schedule = fullSchedule(aspectRatio);
    schedule.resize(entry->scales);
    return schedule;
}

MapSize rotaryExtent(double aspectRatio) {
    return fullSchedule(aspectRatio).back();
}

std::int64_t totalTokens(std::span<const MapSize> schedule) {
    return std::accumulate(schedule.begin(), schedule.end(), std::int64_t{0},
                           [](std::int64_t sum, const MapSize& map) { return sum + map.tokens(); });
}

std::int64_t cachedTokens(std::span<const MapSize> schedule) {
    return schedule.empty() ? 0 : totalTokens(schedule.first(schedule.size() - 1));
}

} // namespace scalekv
