#include "app/cli/number_list.h"

#include "scalekv/scale_schedule.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace scalekv::cli {
namespace {

/// The whole text as a finite number, whatever the locale.
std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return {};
    return value;
}

} // namespace

std::vector<double> parseNumbers(const std::string& option, const std::string& text) {
    std::vector<double> values;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t end = std::min(text.find(',', start), text.size());
        const std::string_view part = std::string_view(text).substr(start, end - start);
        start = end + 1;
        const std::optional<double> value = number(part);
        if (!value)
            throw CLI::ValidationError(option, "'" + text + "' is not a number or a list like 4,3.5,3");
        values.push_back(*value);
    }
    return values;
}

double parseRatio(const std::string& option, const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) {
        if (const std::optional<double> ratio = number(text))
            return *ratio;
    } else {
        const auto width = number(std::string_view(text).substr(0, colon));
        const auto height = number(std::string_view(text).substr(colon + 1));
        if (width && height && *width > 0 && *height > 0)
            return nearestAspectRatio(*height / *width);
    }
    throw CLI::ValidationError(option,
                               "'" + text + "' is not height divided by width (1.5) or width:height (2:3)");
}

} // namespace scalekv::cli
