#include "scalekv/unit_text.h"

#include <cmath>
#include <cstdio>

namespace scalekv {
namespace {

std::string decimals(double value, int count) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", count, value);
    return text;
}

} // namespace

std::string durationText(double seconds) {
    if (seconds < 9.95)
        return decimals(seconds, seconds < 0.995 ? 2 : 1) + " s";
    const long whole = std::lround(seconds);
    if (whole < 60)
        return std::to_string(whole) + " s";
    if (whole < 3600)
        return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole / 60 % 60) + " min";
}

std::string byteText(std::int64_t bytes) {
    constexpr double kUnit = 1024;
    auto value = static_cast<double>(bytes);
    std::string unit = "B";
    for (const char* larger : {"KiB", "MiB", "GiB", "TiB"}) {
        if (value < kUnit)
            break;
        value /= kUnit;
        unit = larger;
    }
    return decimals(value, value < 9.95 && unit != "B" ? 1 : 0) + " " + unit;
}

} // namespace scalekv
