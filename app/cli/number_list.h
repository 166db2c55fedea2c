#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scalekv::cli {

/// The whole text as a whole number that `Integer` can hold.
template <typename Integer>
std::optional<Integer> wholeNumber(std::string_view text) {
    Integer value{};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size())
        return {};
    return value;
}

/// "4" or "4,3.5,3": one number, or one a scale. Throws CLI::ValidationError that names `option`.
std::vector<double> parseNumbers(const std::string& option, const std::string& text);

/// A height/width ratio: a number ("1.5", "0.75"), or width and height as people write them ("3:4", "16:9"),
/// which is taken to the nearest trained ratio. Throws CLI::ValidationError that names `option`.
double parseRatio(const std::string& option, const std::string& text);

} // namespace scalekv::cli
